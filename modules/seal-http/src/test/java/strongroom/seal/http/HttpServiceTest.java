package strongroom.seal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;

class HttpServiceTest {
  private final FakeService fake =
      new FakeService(_ -> FakeService.Reply.json(200, "{'a':{'b':'c'}}"));
  private final HttpService service = new HttpService("the service", Optional.empty());

  @AfterEach
  void close() {
    service.close();
    fake.close();
  }

  private HttpCall get() {
    return HttpCall.get(URI.create(fake.address() + "/x"), Map.of("X-A", "b"));
  }

  @Test
  void bringsTheAnswer() {
    HttpAnswer answer = service.send(get(), Deadline.in(Duration.ofSeconds(10)));

    assertThat(answer.good()).isTrue();
    assertThat(answer.needText("a", "b")).isEqualTo("c");
    assertThat(answer.text("a", "x")).isEmpty();
    assertThat(answer.text("x", "b")).isEmpty();
    assertThat(fake.asked().getFirst().header("x-a")).isEqualTo("b");
  }

  @Test
  void endsByTheDeadlineWhereNobodyAnswers() {
    CountDownLatch end = new CountDownLatch(1);
    fake.answerWith(
        _ -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return FakeService.Reply.json(200, "{}");
        });

    assertThatThrownBy(() -> service.send(get(), Deadline.in(Duration.ofMillis(200))))
        .isInstanceOf(SealFault.Away.class)
        .hasMessageContaining("within 0.2 s");
    end.countDown();
  }

  @Test
  void overwritesWhatItSent() {
    byte[] body = "secret".getBytes(StandardCharsets.US_ASCII);
    service.send(
        HttpCall.postForm(URI.create(fake.address()), Map.of(), body),
        Deadline.in(Duration.ofSeconds(10)));

    assertThat(fake.asked().getFirst().body())
        .isEqualTo("secret".getBytes(StandardCharsets.US_ASCII));
    assertThat(body).containsOnly(0);
  }

  /** The JDK's own fault quotes the header. */
  @Test
  void repeatsNoTokenThatFitsInNoHeader() {
    HttpCall call =
        HttpCall.get(URI.create(fake.address()), Map.of("X-Vault-Token", "hvs.se\ncret"));
    assertThatThrownBy(() -> service.send(call, Deadline.in(Duration.ofSeconds(10))))
        .isInstanceOf(SealFault.Configuration.class)
        .hasNoCause()
        .hasMessageNotContaining("hvs");
    assertThatThrownBy(() -> HttpCall.address("AWS_KMS_ENDPOINT", "http://user:pass word@x"))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("AWS_KMS_ENDPOINT")
        .hasMessageNotContaining("pass");
  }

  @Test
  void followsNoRedirect() {
    fake.answerWith(
        _ -> new FakeService.Reply(307, "", Map.of("Location", fake.address() + "/elsewhere")));

    assertThat(service.send(get(), Deadline.in(Duration.ofSeconds(10))).status()).isEqualTo(307);
    assertThat(fake.calls()).containsExactly("GET /x");
  }

  @Test
  void readsNoMoreThanItsBound() {
    String huge = "x".repeat(2 * 1024 * 1024);
    fake.answerWith(_ -> new FakeService.Reply(200, huge, Map.of()));

    assertThatThrownBy(() -> service.send(get(), Deadline.in(Duration.ofSeconds(10))))
        .isInstanceOf(SealFault.Away.class);
  }

  @Test
  void tellsBusyFromRefused() {
    Deadline deadline = Deadline.in(Duration.ofSeconds(10));
    for (int status : new int[] {429, 500, 503}) {
      fake.answerWith(_ -> FakeService.Reply.json(status, "{}"));
      assertThat(service.send(get(), deadline).fault("", "do this"))
          .isInstanceOf(SealFault.Away.class);
    }
    fake.answerWith(_ -> FakeService.Reply.json(403, "{}"));
    assertThat(service.send(get(), deadline).fault("no\nright", "do this"))
        .isInstanceOf(SealFault.Configuration.class)
        .hasMessageContaining("403: no right; do this");
  }

  @Test
  void keepsATokenUntilShortlyBeforeItsEndOrItsRefusal() {
    AtomicInteger fetched = new AtomicInteger();
    Instant[] now = {Instant.parse("2026-01-01T00:00:00Z")};
    Clock clock =
        new Clock() {
          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(java.time.ZoneId zone) {
            return this;
          }

          @Override
          public Instant instant() {
            return now[0];
          }
        };
    Deadline deadline = Deadline.in(Duration.ofSeconds(10));
    try (CachedToken token =
        new CachedToken(
            _ -> new CachedToken.Fetched("t" + fetched.incrementAndGet(), Duration.ofHours(1)),
            clock)) {
      assertThat(token.text(deadline)).isEqualTo("t1");
      now[0] = now[0].plus(Duration.ofMinutes(57));
      assertThat(token.text(deadline)).isEqualTo("t1");
      now[0] = now[0].plus(Duration.ofMinutes(2));
      assertThat(token.text(deadline)).isEqualTo("t2");
      token.forget();
      assertThat(token.text(deadline)).isEqualTo("t3");
    }
  }

  @Test
  void readsProfiles() {
    Profiles profiles =
        Profiles.parse("# x\n[default]\nA = b=c\n\n[ profile two ]\n;a=1\na=\nregion=eu\n");

    assertThat(profiles.value("default", "a")).contains("b=c");
    assertThat(profiles.value("profile two", "a")).isEmpty();
    assertThat(profiles.value("profile two", "region")).contains("eu");
    assertThat(profiles.value("three", "region")).isEmpty();
    assertThat(Profiles.read("/no/such/file").value("default", "a")).isEmpty();
  }
}
