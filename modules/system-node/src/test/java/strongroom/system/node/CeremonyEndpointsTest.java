package strongroom.system.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static strongroom.system.node.SystemHarness.body;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;

class CeremonyEndpointsTest {
  private SystemHarness system;

  @BeforeEach
  void begin() {
    system = SystemHarness.byShares();
  }

  @AfterEach
  void end() {
    system.close();
  }

  @Test
  void showsTheRecordWithWhatItTakesToCheckIt() {
    assertThatThrownBy(() -> system.read("ceremony")).isInstanceOf(RefusedException.class);
    system.initAndUnseal();
    system.write("rotate", "{}");
    Fields record = body(system.read("ceremony"));
    assertThat(record.bool("valid")).contains(true);
    assertThat(record.strings("problems").orElseThrow()).isEmpty();
    assertThat(record.string("public_key").orElseThrow()).isNotEmpty();
    assertThat(record.string("fingerprint").orElseThrow()).matches("[0-9a-f]{64}");
    assertThat(text()).contains("rotate-data-key").contains("\"count\":2");
  }

  @Test
  void tellsWhenARecordWasPutBackOrChanged() {
    system.initAndUnseal();
    String hash = head();
    system.write("rotate", "{}");
    assertThat(
            body(system.write("ceremony/verify", "{'count': 1, 'hash': '" + hash + "'}"))
                .bool("valid"))
        .contains(true);
    assertThat(
            body(system.write("ceremony/verify", "{'count': 2, 'hash': '" + hash + "'}"))
                .bool("valid"))
        .contains(false);
    system.storage.commit(new Batch().delete("core/ceremony/entry/00000002"));
    Fields cut = body(system.write("ceremony/verify", "{}"));
    assertThat(cut.bool("valid")).contains(false);
    assertThat(cut.strings("problems").orElseThrow().getFirst()).contains("has 2 entries");
  }

  private String text() {
    return new String(
        Json.toBytes((JsonObject) system.read("ceremony").data().orElseThrow()), UTF_8);
  }

  private String head() {
    return text().replaceAll("(?s).*\"count\":1,\"hash\":\"([0-9a-f]{64})\".*", "$1");
  }
}
