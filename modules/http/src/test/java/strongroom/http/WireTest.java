package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Response;

/** What comes in is not what clients make, but what those make who look for holes. */
class WireTest {
  private static final String EXPECTING =
      "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\nExpect: 100-continue\r\n\r\n";

  private final List<String> paths = Collections.synchronizedList(new ArrayList<>());
  private Front front;

  @BeforeEach
  void open() {
    front =
        Front.with(
            Front.answering(
                request -> {
                  paths.add(request.path());
                  return Response.done();
                }));
  }

  @AfterEach
  void close() {
    front.close();
  }

  private static void assertStatus(String answer, int status, String why) {
    assertThat(answer).as(why).startsWith("HTTP/1.1 " + status + " ");
    assertThat(answer).as(why).contains("{\"errors\":[\"");
    assertThat(answer.split("HTTP/1\\.1 ", -1)).as("one answer: %s", why).hasSize(2);
  }

  private String post(String headers, String body) throws IOException {
    return front.raw("POST /v1/a HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body);
  }

  @Test
  void refusesWhatTwoServersCouldReadDifferently() throws Exception {
    Map<String, String> heads = new LinkedHashMap<>();
    heads.put("two lengths", "Content-Length: 2\r\nContent-Length: 3\r\n");
    heads.put("two equal lengths", "Content-Length: 2\r\nContent-Length: 2\r\n");
    heads.put("a list of lengths", "Content-Length: 2, 2\r\n");
    heads.put("length and chunks", "Content-Length: 2\r\nTransfer-Encoding: chunked\r\n");
    heads.put("chunks and length", "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n");
    heads.put("chunks not last", "Transfer-Encoding: chunked, identity\r\n");
    heads.put("chunks twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n");
    heads.put("unknown coding", "Transfer-Encoding: xchunked\r\n");
    heads.put("signed length", "Content-Length: +2\r\n");
    heads.put("negative length", "Content-Length: -2\r\n");
    heads.put("hexadecimal length", "Content-Length: 0x2\r\n");
    heads.put("huge length", "Content-Length: 99999999999999999999\r\n");
    heads.put("no length", "Content-Length:\r\n");
    heads.put("folded header", "X-A: a\r\n b\r\n");
    heads.put("folded first header", " X-A: a\r\n");
    heads.put("space before colon", "X-A : a\r\n");
    heads.put("space in name", "X A: a\r\n");
    heads.put("no colon", "X-A\r\n");
    heads.put("no name", ": a\r\n");
    heads.put("NUL in value", "X-A: a\0b\r\n");
    heads.put("bare CR in value", "X-A: a\rb\r\n");
    heads.put("two hosts", "Host: y\r\n");
    for (Map.Entry<String, String> head : heads.entrySet()) {
      String answer = post(head.getValue(), "{}");
      assertThat(answer).as(head.getKey()).startsWith("HTTP/1.1 4");
      assertThat(answer).as(head.getKey()).contains("{\"errors\":[\"");
    }
    assertThat(paths).isEmpty();
    assertThat(front.get("/v1/a").statusCode()).isEqualTo(204);
  }

  @Test
  void refusesChunksThatAreMalformed() throws Exception {
    for (String body :
        List.of("zz\r\n{}\r\n0\r\n\r\n", "-2\r\n{}\r\n0\r\n\r\n", "2\r\n{}XX0\r\n\r\n", "2\r\n{")) {
      String answer = post("Transfer-Encoding: chunked\r\n", body);
      assertThat(answer).as(body).doesNotContain("HTTP/1.1 2").doesNotContain("HTTP/1.1 5");
    }
    assertThat(paths).isEmpty();
    assertThat(post("Transfer-Encoding: chunked\r\nConnection: close\r\n", "2\r\n{}\r\n0\r\n\r\n"))
        .startsWith("HTTP/1.1 204");
  }

  @Test
  void refusesFirstLinesThatAreMalformed() throws Exception {
    for (String line :
        List.of(
            "GARBAGE",
            "GET",
            "GET /v1/a",
            "GET /v1/a HTTP/1.1 x",
            "GET /v1/a HTTPS/1.1",
            "GET /v1/a HTTP/1.10",
            "GET /v1/a HTTP/3.0",
            "GET /v1/a b HTTP/1.1",
            "G\0T /v1/a HTTP/1.1",
            "(GET) /v1/a HTTP/1.1")) {
      String answer = front.raw(line + "\r\nHost: x\r\n\r\n");
      assertThat(answer).as(line).startsWith("HTTP/1.1 ").contains("{\"errors\":[\"");
      assertThat(answer).as(line).containsPattern("^HTTP/1.1 (400|405|426|505) ");
    }
    assertThat(paths).isEmpty();
  }

  @Test
  void wantsAHost() throws Exception {
    assertStatus(front.raw("GET /v1/a HTTP/1.1\r\n\r\n"), 400, "no host");
    assertStatus(front.raw("GET /v1/a HTTP/1.1\r\nHost: a b\r\n\r\n"), 400, "bad host");
    assertThat(paths).isEmpty();
  }

  @Test
  void tellsWhatIsTooLongByItsStatus() throws Exception {
    String huge = "x".repeat(100_000);
    assertStatus(front.raw("GET /v1/" + huge + " HTTP/1.1\r\nHost: x\r\n\r\n"), 414, "line");
    assertStatus(
        front.raw("GET /v1/a HTTP/1.1\r\nHost: x\r\nX-A: " + huge + "\r\n\r\n"), 431, "header");
    assertStatus(
        front.raw("GET /v1/a HTTP/1.1\r\nHost: x\r\n" + "X-A: b\r\n".repeat(20_000) + "\r\n"),
        431,
        "headers");
    assertThat(paths).isEmpty();
  }

  @Test
  void refusesPathsThatCouldBeReadAsOthers() throws Exception {
    for (String target :
        List.of(
            "/v1/a/../b",
            "/v1/..",
            "/v1/%2e%2e/b",
            "/v1/a/%2E/b",
            "/v1//a",
            "/v1/a//b",
            "/v1/a%2f%2fb",
            "/v1/a/..;/b/../c",
            "/v1/%00",
            "/v1/a%0d%0ab",
            "/v1/%ff%fe",
            "/v1/%c0%ae%c0%ae/b",
            "/v1/a\\..\\b",
            "/v1/%zz",
            "/v1/a%")) {
      assertStatus(
          front.raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"),
          400,
          target);
    }
    for (String target :
        List.of("//v1/a", "/V1/a", "/v1/../v1/a", "/x/../v1/a", "*", "/%761/a", "/v1%2fa")) {
      assertThat(front.raw("GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
          .as(target)
          .containsPattern("^HTTP/1.1 40[04] ")
          .contains("{\"errors\":[\"");
    }
    assertThat(paths).isEmpty();
  }

  @Test
  void takesBytesThatAreUtf8ForWhatTheyAre() throws Exception {
    String head = " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assertThat(front.raw(("GET /v1/ä" + head).getBytes(StandardCharsets.UTF_8)))
        .startsWith("HTTP/1.1 204");
    assertThat(paths).containsExactly("ä");
    assertThat(front.raw(("GET /v1/ä" + head).getBytes(StandardCharsets.ISO_8859_1)))
        .startsWith("HTTP/1.1 400");
  }

  @Test
  void takesAbsoluteTargetsByTheirPath() throws Exception {
    assertThat(front.raw("GET http://x/v1/b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 204");
    assertThat(paths).containsExactly("b");
    assertThat(front.raw("CONNECT x:1 HTTP/1.1\r\nHost: x:1\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 4");
    assertThat(paths).containsExactly("b");
  }

  @Test
  void repeatsNothingThatWasSent() throws Exception {
    for (String request :
        List.of(
            "hunter2 /v1/a HTTP/1.1\r\nHost: x\r\n\r\n",
            "GET /v1/hunter2/../x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /hunter2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
            "GET /v1/a HTTP/1.1\r\nHost: x\r\nX-Vault-Token hunter2\r\n\r\n",
            "POST /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: hunter2\r\n\r\n",
            "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{\"hunter2\"")) {
      assertThat(front.raw(request)).startsWith("HTTP/1.1 4").doesNotContain("hunter2");
    }
  }

  @Test
  void sendsLeaveToSendABodyOnlyWhenItIsWanted() throws Exception {
    try (Socket socket = front.socket()) {
      socket
          .getOutputStream()
          .write(
              "PUT /v1/a HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      assertThat(Front.readAnswer(socket)).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      socket.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
      assertThat(Front.readAnswer(socket)).startsWith("HTTP/1.1 204");
    }
    try (Socket socket = front.socket()) {
      socket.getOutputStream().write(EXPECTING.getBytes(StandardCharsets.US_ASCII));
      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertStatus(all, 413, "too large");
    }
  }
}
