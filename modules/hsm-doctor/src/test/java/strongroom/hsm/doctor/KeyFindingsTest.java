package strongroom.hsm.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeyClass;
import strongroom.hsm.KeyFlag;
import strongroom.seal.pkcs11.KeyName;

class KeyFindingsTest {
  private static final long AES = 0x1f;
  private static final long RSA = 0x0;
  private static final KeyName BY_LABEL = new KeyName(Optional.of("k"), Optional.empty());

  private static Map<KeyFlag, Boolean> sound() {
    Map<KeyFlag, Boolean> flags = new EnumMap<>(KeyFlag.class);
    for (KeyFlag flag :
        List.of(
            KeyFlag.SENSITIVE,
            KeyFlag.ALWAYS_SENSITIVE,
            KeyFlag.NEVER_EXTRACTABLE,
            KeyFlag.LOCAL,
            KeyFlag.PRIVATE,
            KeyFlag.TOKEN,
            KeyFlag.DECRYPT)) {
      flags.put(flag, true);
    }
    flags.put(KeyFlag.EXTRACTABLE, false);
    flags.put(KeyFlag.UNWRAP, false);
    return flags;
  }

  private static HsmKey aes(Map<KeyFlag, Boolean> flags) {
    return new HsmKey(KeyClass.SECRET, AES, "k", "01", 256, flags);
  }

  private static List<Finding> of(HsmKey key) {
    return KeyFindings.of(key, BY_LABEL, Optional.empty(), List.of(key));
  }

  private static List<Finding> with(KeyFlag flag, boolean set) {
    Map<KeyFlag, Boolean> flags = sound();
    flags.put(flag, set);
    return of(aes(flags));
  }

  private static void says(List<Finding> findings, Severity severity, String part) {
    assertThat(findings)
        .anySatisfy(
            f -> {
              assertThat(f.severity()).isEqualTo(severity);
              assertThat(f.text()).contains(part);
              assertThat(f.advice().isEmpty()).isEqualTo(severity.compareTo(Severity.NOTE) <= 0);
            });
  }

  @Test
  void aKeyThatTheHsmMadeAndKeepsIsFine() {
    assertThat(of(aes(sound()))).allSatisfy(f -> assertThat(f.severity()).isEqualTo(Severity.FINE));
  }

  @Test
  void aKeyThatCanLeaveOrBeReadIsAFault() {
    says(with(KeyFlag.EXTRACTABLE, true), Severity.FAULT, "can leave the HSM");
    says(with(KeyFlag.SENSITIVE, false), Severity.FAULT, "value can be read");
    says(with(KeyFlag.PRIVATE, false), Severity.FAULT, "without a login");
  }

  @Test
  void aKeyThatMayHaveCopiesIsAWarning() {
    says(with(KeyFlag.LOCAL, false), Severity.WARNING, "was not made in this HSM");
    says(with(KeyFlag.NEVER_EXTRACTABLE, false), Severity.WARNING, "copies may exist");
    says(with(KeyFlag.ALWAYS_SENSITIVE, false), Severity.WARNING, "copies may exist");
    says(with(KeyFlag.UNWRAP, true), Severity.WARNING, "both decrypts and unwraps");
  }

  @Test
  void whatTheHsmDoesNotTellIsNoted() {
    Map<KeyFlag, Boolean> flags = sound();
    flags.remove(KeyFlag.LOCAL);
    says(of(aes(flags)), Severity.NOTE, "does not tell whether it is");
  }

  @Test
  void aShortRsaKeyAndANamesakeAreWarnings() {
    HsmKey rsa = new HsmKey(KeyClass.PRIVATE, RSA, "k", "01", 2048, sound());
    says(of(rsa), Severity.WARNING, "fewer than 3072 bits");
    HsmKey twin = new HsmKey(KeyClass.SECRET, AES, "k", "02", 256, sound());
    says(
        KeyFindings.of(aes(sound()), BY_LABEL, Optional.empty(), List.of(aes(sound()), twin)),
        Severity.WARNING,
        "other keys have the label");
    KeyName byId = new KeyName(Optional.of("k"), Optional.of("01"));
    assertThat(KeyFindings.of(aes(sound()), byId, Optional.empty(), List.of(aes(sound()), twin)))
        .noneMatch(f -> f.text().contains("other keys"));
  }
}
