package strongroom.hsm.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.FaultLibrary;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.Implementation;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NetworkHsm;
import strongroom.hsm.NssSoftoken;
import strongroom.hsm.OpenCryptoki;
import strongroom.hsm.PinSource;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.SoftHsmToken;
import strongroom.hsm.TokenSettings;
import strongroom.logical.Json;
import strongroom.secret.SecretBytes;

/** Conformance on the implementations that the tests have; docs/hsm/conformance.md repeats it. */
class ConformanceTest {
  private static final Duration CALL_MAX = Duration.ofSeconds(30);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary faulty;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "nobodys-token", "4321-pin");
    faulty = FaultLibrary.build(folder, soft.library());
  }

  private static ConformanceReport run(String path, String label, PinSource pins, int left) {
    try (HsmLibrary library = HsmLibrary.open(path, CALL_MAX)) {
      ConformanceReport report =
          new Conformance("Strongroom test", Clock.systemUTC(), new SecureRandom())
              .run(library, () -> open(library, label, pins));
      try (HsmToken token = open(library, label, pins)) {
        assertThat(token.keys(KeySearch.all()).stream().map(HsmKey::label))
            .filteredOn(name -> name.startsWith(Conformance.LABEL_PREFIX))
            .hasSize(left);
      }
      return report;
    }
  }

  private static HsmToken open(HsmLibrary library, String label, PinSource pins) {
    return library.token(
        SlotChoice.byLabel(label),
        pins,
        new TokenSettings(OptionalInt.of(4), CALL_MAX, false, false));
  }

  private static ConformanceReport run(Path path, SoftHsmToken token, int left) {
    return run(
        path.toString(),
        token.label(),
        () -> SecretBytes.takeFrom(token.pin().getBytes(UTF_8)),
        left);
  }

  private static ConformanceReport run(Implementation implementation) {
    try (implementation) {
      return run(
          implementation.library(), implementation.tokenLabel(), implementation.pinSource(), 0);
    }
  }

  /** The table of reports has what came of it. The whole report is left in the build's folder. */
  private static void isInTheTable(String name, ConformanceReport report) throws IOException {
    Path reports = Files.createDirectories(Path.of("target/conformance"));
    Files.writeString(reports.resolve(name + ".md"), report.markdown());
    assertThat(Files.readAllLines(Path.of("../../docs/hsm/conformance.md")))
        .as(report.markdown())
        .contains("| " + name + " | " + report.row() + " |");
  }

  @Test
  void softHsm() throws Exception {
    soft.select();
    ConformanceReport report = run(soft.library(), soft, 0);
    isInTheTable("SoftHSM", report);
    assertThat(report.conforms()).isTrue();
    assertThat(report.markdown() + new String(Json.toBytes(report.toJson()), UTF_8))
        .doesNotContain(soft.pin())
        .doesNotContain(soft.label())
        .doesNotContain(Conformance.LABEL_PREFIX);
  }

  @Test
  void openCryptoki() throws Exception {
    isInTheTable("openCryptoki soft token", run(OpenCryptoki.provision(folder)));
  }

  @Test
  void nss() throws Exception {
    Path own = Files.createDirectory(folder.resolve("nss"));
    isInTheTable("NSS softoken", run(NssSoftoken.provision(own)));
  }

  @Test
  void softHsmBehindAServer() throws Exception {
    Path own = Files.createDirectory(folder.resolve("network"));
    isInTheTable("SoftHSM behind p11-kit server", run(NetworkHsm.provision(own)));
  }

  @Test
  void tellsWhatAnHsmLacksFromWhatItDoesWrong() {
    soft.select();
    faulty.faults("* without 0x1087", "C_GenerateKeyPair return 0x54");
    ConformanceReport lacks = run(faulty.path(), soft, 0);
    assertThat(lacks.sealWays())
        .contains("AES-CBC and HMAC")
        .doesNotContain("AES-GCM")
        .noneMatch(way -> way.contains("RSA"));
    assertThat(lacks.failures()).isEmpty();
    assertThat(lacks.conforms()).isTrue();

    faulty.faults("* readOnly");
    ConformanceReport none = run(faulty.path(), soft, 0);
    assertThat(none.conforms()).isFalse();
    assertThat(none.row()).startsWith("no | none | ");

    faulty.none();
  }

  @Test
  void tellsHowManyKeysAreLeftWhereTheyCannotBeDestroyed() {
    soft.select();
    SoftHsmToken kept = soft.another("kept");
    faulty.faults("C_GenerateKeyPair return 0x54", "C_DestroyObject return 0x30");
    ConformanceReport report = run(faulty.path(), kept, 9);
    faulty.none();
    assertThat(report.conforms()).isFalse();
    assertThat(report.failures().getLast().text())
        .isEqualTo(
            "9 keys could not be destroyed; their labels begin with " + Conformance.LABEL_PREFIX);
  }
}
