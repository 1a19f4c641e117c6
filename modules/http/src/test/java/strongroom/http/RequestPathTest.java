package strongroom.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RequestPathTest {
  @Test
  void decodesExactlyOnce() {
    Map.of(
            "secret/data/a", "secret/data/a",
            "secret/data/a/", "secret/data/a/",
            "a%20b", "a b",
            "a+b", "a+b",
            "a%2Fb", "a/b",
            "a%252Fb", "a%2Fb",
            "a%25", "a%",
            "%C3%A4/ä", "ä/ä",
            "%F0%9F%98%80", "😀",
            "corp%5Cuser;x=1", "corp\\user;x=1")
        .forEach((raw, text) -> assertThat(RequestPath.decode(raw)).as(raw).contains(text));
    assertThat(RequestPath.decode("a/...")).contains("a/...");
    assertThat(RequestPath.decode(".a/..b")).contains(".a/..b");
  }

  @Test
  void refusesWhatCouldBeReadAsAnotherPath() {
    for (String raw :
        List.of(
            "a/../b",
            "a/..",
            "../a",
            ".",
            "..",
            "./a",
            "a/./b",
            "a//b",
            "/a",
            "a//",
            "a/%2e%2e/b",
            "a/.%2e/b",
            "%2e",
            "a%2f..%2fb",
            "a%2f%2fb",
            "a\\..\\b",
            "a/..\\b",
            "a%5c..",
            "%00",
            "a%0ab",
            "a%7f",
            "a\u0085b",
            "a%C2%85",
            "a%ff",
            "a%C3",
            "a%c0%af",
            "a%ed%a0%80",
            "a%",
            "a%2",
            "a%zz",
            "a%٣٣",
            "a\ufffdb",
            "a%E2%80%8Bb",
            "a%E2%80%AEb",
            "a%EF%BB%BF",
            "a%C2%A0b",
            "a%E2%80%A8")) {
      assertThat(RequestPath.decode(raw)).as(raw).isEmpty();
    }
  }
}
