package strongroom.hsm.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.FaultLibrary;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.NewKey;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.SoftHsmToken;
import strongroom.hsm.TokenSettings;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/** The doctor on SoftHSM behind the library that makes faults. */
class DoctorTest {
  private static final Duration CALL_MAX = Duration.ofSeconds(10);
  @TempDir private static Path folder;
  private static SoftHsmToken soft;
  private static FaultLibrary library;

  @BeforeAll
  static void provision() {
    soft = SoftHsmToken.provision(folder, "doctor-a", "4321-pin");
    soft.another("doctor-b");
    library = FaultLibrary.build(folder, soft.library());
    makeKeys("doctor-a");
    makeKeys("doctor-b");
  }

  private static void makeKeys(String label) {
    try (HsmLibrary open = HsmLibrary.open(soft.library().toString(), CALL_MAX);
        HsmToken token =
            open.token(
                SlotChoice.byLabel(label),
                () -> SecretBytes.takeFrom(soft.pin().getBytes(UTF_8)),
                new TokenSettings(OptionalInt.of(1), CALL_MAX, true, false))) {
      token.generate(NewKey.usual(NewKey.Kind.AES, "key", new SecureRandom()));
    }
  }

  @AfterEach
  void mend() {
    library.none();
  }

  private static Patient node(String name, String token, String pin, Map<String, String> more) {
    Map<String, String> stanza = new HashMap<>();
    stanza.put("lib", library.path().toString());
    stanza.put("token_label", token);
    stanza.put("key_label", "key");
    stanza.putAll(more);
    return new Patient(
        name,
        "pkcs11",
        Pkcs11SealSettings.parse(stanza),
        () -> SecretBytes.takeFrom(pin.getBytes(UTF_8)));
  }

  private static List<Report> examine(Patient... nodes) {
    return new Doctor(Clock.systemUTC(), new SecureRandom()).examine(List.of(nodes));
  }

  private static List<Finding> findings(Map<String, String> more) {
    return examine(node("n", "doctor-a", soft.pin(), more)).getFirst().findings();
  }

  private static void says(List<Finding> findings, Severity severity, String area, String part) {
    assertThat(findings)
        .anySatisfy(
            f -> {
              assertThat(f.severity()).isEqualTo(severity);
              assertThat(f.area()).isEqualTo(area);
              assertThat(f.text()).contains(part);
            });
  }

  @Test
  void looksAtEverythingAndFindsAWellHsmWell() {
    List<Report> reports = examine(node("n", "doctor-a", soft.pin(), Map.of()));
    assertThat(Doctor.worst(reports)).isLessThan(Severity.WARNING);
    assertThat(reports.getFirst().findings().stream().map(Finding::area))
        .contains(
            "library",
            "slot",
            "profile",
            "clock",
            "pin",
            "mechanisms",
            "key",
            "wrap",
            "latency",
            "sessions",
            "entropy");
    assertThat(reports.getFirst().facts())
        .containsEntry("token_label", "doctor-a")
        .containsEntry("mechanism", "CKM_AES_GCM")
        .containsKeys("serial", "library_version", "wrap_p99_us");
  }

  @Test
  void givesAWrongPinOnceHoweverManyNodesHaveIt() {
    library.calls("C_Login");
    List<Report> reports =
        examine(
            node("a", "doctor-a", "0000-wrong", Map.of()),
            node("b", "doctor-a", "0000-wrong", Map.of()));
    assertThat(library.calls("C_Login")).isEqualTo(1);
    says(reports.getFirst().findings(), Severity.FAULT, "pin", "PIN");
    says(reports.getLast().findings(), Severity.FAULT, "pin", "none is tried again");
    assertThat(reports.toString()).doesNotContain("0000-wrong");
    // Logging in with the right one resets what the HSM counts.
    assertThat(Doctor.worst(examine(node("a", "doctor-a", soft.pin(), Map.of()))))
        .isLessThan(Severity.FAULT);
  }

  @Test
  void tellsWhatIsMissing() {
    says(findings(Map.of("lib", "/no/such.so")), Severity.FAULT, "library", "/no/such.so");
    says(findings(Map.of("token_label", "other")), Severity.FAULT, "slot", "doctor-b");
    says(findings(Map.of("key_label", "other")), Severity.FAULT, "key", "\"key\"");
  }

  @Test
  void tellsNodesWhoseHsmsHoldAnotherKey() {
    List<Report> reports =
        examine(
            node("a", "doctor-a", soft.pin(), Map.of()),
            node("b", "doctor-b", soft.pin(), Map.of()),
            node("c", "doctor-a", soft.pin(), Map.of()));
    says(reports.get(1).findings(), Severity.FAULT, "same key", "does not open what a");
    says(reports.get(2).findings(), Severity.FINE, "same key", "opens what a");
  }

  @Test
  void tellsAnHsmThatIsSlowOrGivesNoRandomness() {
    library.faults("C_Encrypt delay 60", "C_GenerateRandom return 0x120");
    List<Finding> findings = findings(Map.of("max_operation_duration", "200ms"));
    says(findings, Severity.WARNING, "latency", "the deadline is 200 ms");
    says(findings, Severity.NOTE, "entropy", "gives no random bytes");
  }

  @Test
  void tellsAnHsmThatFails() {
    library.faults("C_Decrypt return 0x70");
    says(findings(Map.of()), Severity.FAULT, "wrap", "CKR_MECHANISM_INVALID");
  }
}
