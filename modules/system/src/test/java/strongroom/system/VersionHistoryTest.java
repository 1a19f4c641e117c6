package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonString;
import strongroom.storage.Batch;

class VersionHistoryTest {
  private static final String BUILT = "2026-01-01T00:00:00Z";
  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  private void note(String version, String at) {
    VersionHistory.note(house.barrier, version, BUILT, Instant.parse(at));
  }

  @Test
  void tellsEachVersionOnceInTheOrderOfTheirFirstOpening() {
    note("1.19.0+strongroom.0.9.0", "2026-02-01T10:00:00.9Z");
    note("1.19.0+strongroom.0.10.0", "2026-03-01T10:00:00Z");
    note("1.19.0+strongroom.0.9.0", "2026-04-01T10:00:00Z");
    House.Answer answer = house.root().list("sys/version-history").expect(200);
    assertThat(answer.strings("keys"))
        .containsExactly("1.19.0+strongroom.0.9.0", "1.19.0+strongroom.0.10.0");
    assertThat(answer.at("key_info", "1.19.0+strongroom.0.9.0", "timestamp_installed"))
        .isEqualTo(new JsonString("2026-02-01T10:00:00Z"));
    assertThat(answer.at("key_info", "1.19.0+strongroom.0.9.0", "previous_version"))
        .isEqualTo(JsonNull.NULL);
    assertThat(answer.at("key_info", "1.19.0+strongroom.0.10.0", "previous_version"))
        .isEqualTo(new JsonString("1.19.0+strongroom.0.9.0"));
    assertThat(answer.at("key_info", "1.19.0+strongroom.0.10.0", "build_date"))
        .isEqualTo(new JsonString(BUILT));
  }

  @Test
  void namesAnEntryThatIsDamaged() {
    note("1", "2026-02-01T10:00:00Z");
    house.barrier.commit(new Batch().put("core/versions/1", new byte[] {'{'}));
    assertThat(house.root().list("sys/version-history").expect(500).words())
        .singleElement()
        .asString()
        .contains("damaged and is not served");
  }
}
