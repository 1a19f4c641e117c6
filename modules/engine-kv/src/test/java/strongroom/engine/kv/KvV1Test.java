package strongroom.engine.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KvV1Test {
  private final Kv kv = Kv.version1();

  @Test
  void keepsWhatWasWrittenLast() {
    kv.read("a/b").expect(404);
    kv.write("a/b", "{'x':1,'data':{'y':[null]}}").expect(204);
    assertThat(kv.read("a/b").expect(200).text()).isEqualTo("{\"x\":1,\"data\":{\"y\":[null]}}");
    kv.write("a/b", "{'z':2}").expect(204);
    assertThat(kv.read("a/b").expect(200).text()).isEqualTo("{\"z\":2}");
    kv.delete("a/b").expect(204);
    kv.delete("a/b").expect(204);
    kv.read("a/b").expect(404);
  }

  @ParameterizedTest
  @CsvSource({
    "'{\"a\":1}',                   2764800",
    "'{\"ttl\":\"1h\"}',            3600",
    "'{\"ttl\":60}',                60",
    "'{\"lease\":\"30\"}',          30",
    "'{\"ttl\":\"soon\"}',          2764800",
    "'{\"ttl\":{\"a\":1}}',         2764800",
    "'{\"ttl\":-5}',                2764800",
  })
  void tellsHowLongASecretIsGood(String secret, long seconds) {
    kv.write("a", secret).expect(204);
    Kv.Answer read = kv.read("a").expect(200);
    assertThat(read.lease().duration()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(read.lease().renewable()).isFalse();
    assertThat(read.lease().id()).isEmpty();
  }

  @Test
  void needsSomethingToKeep() {
    assertThat(kv.write("a", "{}").expect(400).words()).containsExactly("missing data fields");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a/"})
  void takesNoFolderForAKey(String path) {
    kv.write(path, "{'a':1}").expect(400);
    kv.delete(path).expect(400);
    kv.read(path).expect(404);
  }

  @Test
  void lists() {
    kv.list("").expect(404);
    kv.write("a", "{'a':1}").expect(204);
    kv.write("a/b", "{'a':1}").expect(204);
    kv.write("config", "{'a':1}").expect(204);
    assertThat(kv.list("").expect(200).keys()).containsExactly("a", "a/", "config");
    assertThat(kv.list("a").expect(200).keys()).containsExactly("b");
    kv.list("config").expect(404);
  }

  @Test
  void knowsNoPatch() {
    kv.patch("a", "{'a':1}").expect(405);
  }
}
