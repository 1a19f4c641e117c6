package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import strongroom.logical.Client;
import strongroom.logical.Network;
import strongroom.logical.Response;

class ForwardedForTest {
  private final AtomicReference<Client> client = new AtomicReference<>();

  private int ask(HttpSettings.Forwarded forwarded, String... hops) {
    HttpSettings settings =
        new HttpSettings.Tcp(
            "127.0.0.1", 0, Optional.empty(), forwarded, HttpSettings.Limits.DEFAULT);
    try (Front front =
        Front.of(
            settings,
            Front.answering(
                request -> {
                  client.set(request.client());
                  return Response.done();
                }))) {
      HttpRequest.Builder request = HttpRequest.newBuilder(front.uri("/v1/a"));
      for (String hop : hops) {
        request.header("X-Forwarded-For", hop);
      }
      HttpResponse<String> answer = front.send(request);
      return answer.statusCode();
    }
  }

  private static HttpSettings.Forwarded from(
      String proxies, int skips, boolean rejectOthers, boolean rejectMissing) {
    return new HttpSettings.Forwarded(
        List.of(Network.parse(proxies).orElseThrow()), skips, rejectOthers, rejectMissing);
  }

  private String address() {
    return client.get().address().orElseThrow().getHostAddress();
  }

  @Test
  void believesNobodyByDefault() {
    assertThat(ask(HttpSettings.Forwarded.NOBODY, "9.9.9.9")).isEqualTo(204);
    assertThat(address()).isEqualTo("127.0.0.1");
    assertThat(client.get().headers()).doesNotContainKey("x-forwarded-for");
  }

  @Test
  void believesAProxyAboutTheLastHop() {
    assertThat(ask(from("127.0.0.0/8", 0, true, true), "1.1.1.1, 2.2.2.2", "3.3.3.3"))
        .isEqualTo(204);
    assertThat(address()).isEqualTo("3.3.3.3");
    assertThat(client.get().headers()).containsKey("x-forwarded-for");
  }

  @Test
  void skipsHopsFromTheRight() {
    assertThat(ask(from("127.0.0.1", 1, true, true), "1.1.1.1, 2.2.2.2", "3.3.3.3")).isEqualTo(204);
    assertThat(address()).isEqualTo("2.2.2.2");
    assertThat(ask(from("127.0.0.1", 3, true, true), "1.1.1.1,2.2.2.2,3.3.3.3")).isEqualTo(400);
  }

  @Test
  void takesAddressesWithPortsAndIpv6() {
    assertThat(ask(from("127.0.0.1", 0, true, true), "2.2.2.2:4711")).isEqualTo(204);
    assertThat(address()).isEqualTo("2.2.2.2");
    assertThat(ask(from("127.0.0.1", 0, true, true), "[2001:db8::1]:4711")).isEqualTo(204);
    assertThat(address()).isEqualTo("2001:db8:0:0:0:0:0:1");
    assertThat(ask(from("127.0.0.1", 0, true, true), "2001:db8::2")).isEqualTo(204);
    assertThat(address()).isEqualTo("2001:db8:0:0:0:0:0:2");
    assertThat(ask(from("127.0.0.1", 0, true, true), "unknown")).isEqualTo(400);
    assertThat(ask(from("127.0.0.1", 0, true, true), "example.com")).isEqualTo(400);
  }

  @Test
  void refusesOrIgnoresOthersAsConfigured() {
    assertThat(ask(from("10.0.0.0/8", 0, true, false), "1.1.1.1")).isEqualTo(400);
    assertThat(ask(from("10.0.0.0/8", 0, false, false), "1.1.1.1")).isEqualTo(204);
    assertThat(address()).isEqualTo("127.0.0.1");
    assertThat(client.get().headers()).doesNotContainKey("x-forwarded-for");
  }

  @Test
  void refusesOrAllowsAMissingHeaderAsConfigured() {
    assertThat(ask(from("127.0.0.1", 0, true, true))).isEqualTo(400);
    assertThat(ask(from("127.0.0.1", 0, true, false))).isEqualTo(204);
    assertThat(address()).isEqualTo("127.0.0.1");
  }
}
