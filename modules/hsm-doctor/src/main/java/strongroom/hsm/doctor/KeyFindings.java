package strongroom.hsm.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeyClass;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.VendorProfile;
import strongroom.seal.pkcs11.KeyName;

/** What a key's attributes say of how well the HSM keeps it, and who made it. */
final class KeyFindings {
  private static final String KEY = "key";
  private static final int RSA_BITS_MIN = 3072;
  private static final String REPLACE =
      "make a new key in the HSM (operator hsm generate-key) and move to it (operator seal rotate)";

  private final HsmKey key;
  private final Set<KeyFlag> misreported;
  private final List<Finding> findings = new ArrayList<>();

  private KeyFindings(HsmKey key, Set<KeyFlag> misreported) {
    this.key = key;
    this.misreported = misreported;
  }

  /**
   * What is found of {@code key}.
   *
   * @param wanted how the stanza names it
   * @param all all keys of the HSM token
   */
  static List<Finding> of(
      HsmKey key, KeyName wanted, Optional<VendorProfile> profile, List<HsmKey> all) {
    KeyFindings look =
        new KeyFindings(key, profile.map(VendorProfile::misreported).orElse(Set.of()));
    look.keeping();
    look.making();
    look.uses();
    if (wanted.id().isEmpty()) {
      look.namesakes(all);
    }
    return look.findings;
  }

  private void keeping() {
    if (key.is(KeyFlag.EXTRACTABLE)) {
      findings.add(
          Finding.fault(KEY, key.summary() + " can be extracted: it can leave the HSM", REPLACE));
    }
    if (key.isNot(KeyFlag.SENSITIVE)) {
      findings.add(Finding.fault(KEY, key.summary() + ": its value can be read", REPLACE));
    }
    if (key.isNot(KeyFlag.PRIVATE)) {
      findings.add(
          Finding.fault(KEY, key.summary() + " can be used by anybody, without a login", REPLACE));
    }
    List<KeyFlag> untold =
        Stream.of(
                KeyFlag.EXTRACTABLE,
                KeyFlag.SENSITIVE,
                KeyFlag.NEVER_EXTRACTABLE,
                KeyFlag.ALWAYS_SENSITIVE,
                KeyFlag.LOCAL)
            .filter(flag -> !key.flags().containsKey(flag))
            .toList();
    if (!untold.isEmpty()) {
      findings.add(
          Finding.note(
              KEY,
              key.summary()
                  + ": the HSM does not tell whether it is "
                  + untold.stream().map(KeyFlag::word).collect(Collectors.joining(", "))));
    }
    if (key.is(KeyFlag.SENSITIVE) && key.isNot(KeyFlag.EXTRACTABLE)) {
      findings.add(Finding.fine(KEY, key.summary() + " is sensitive and not extractable"));
    }
  }

  private void making() {
    if (misreported.contains(KeyFlag.LOCAL)) {
      findings.add(
          Finding.note(KEY, key.summary() + ": this HSM does not tell truly who made a key"));
    } else if (key.isNot(KeyFlag.LOCAL)) {
      findings.add(
          Finding.warning(
              KEY,
              key.summary()
                  + " was not made in this HSM: it was imported, unwrapped or derived, and"
                  + " whoever did so may have a copy",
              "where it was not replicated by the HSMs themselves, " + REPLACE));
    } else if (key.is(KeyFlag.LOCAL)) {
      findings.add(Finding.fine(KEY, key.summary() + " was made in this HSM"));
    }
    if (key.isNot(KeyFlag.NEVER_EXTRACTABLE) && key.isNot(KeyFlag.EXTRACTABLE)) {
      findings.add(
          Finding.warning(
              KEY,
              key.summary() + " was extractable once, or came from elsewhere: copies may exist",
              REPLACE));
    }
    if (key.isNot(KeyFlag.ALWAYS_SENSITIVE) && key.is(KeyFlag.SENSITIVE)) {
      findings.add(
          Finding.warning(
              KEY,
              key.summary() + " was readable once, or came from elsewhere: copies may exist",
              REPLACE));
    }
  }

  private void uses() {
    boolean opens = key.is(KeyFlag.DECRYPT);
    if (opens && key.is(KeyFlag.UNWRAP) && key.keyClass() == KeyClass.SECRET) {
      findings.add(
          Finding.warning(
              KEY,
              key.summary()
                  + " both decrypts and unwraps: with its PIN other keys that it wrapped"
                  + " can be brought out in the clear",
              "give the seal a key that encrypts and decrypts only, unless another server needs it"));
    }
    if (key.rsa() && key.bits() > 0 && key.bits() < RSA_BITS_MIN) {
      findings.add(
          Finding.warning(
              KEY, key.summary() + " has fewer than " + RSA_BITS_MIN + " bits", REPLACE));
    }
    if (key.is(KeyFlag.MODIFIABLE)) {
      findings.add(
          Finding.note(KEY, key.summary() + " may be renamed and changed by who has the PIN"));
    }
  }

  private void namesakes(List<HsmKey> all) {
    List<HsmKey> same =
        all.stream()
            .filter(other -> other.keyClass() != KeyClass.PUBLIC)
            .filter(other -> !other.label().isEmpty() && other.label().equals(key.label()))
            .filter(other -> !other.id().equals(key.id()))
            .toList();
    if (!same.isEmpty()) {
      findings.add(
          Finding.warning(
              KEY,
              "other keys have the label \""
                  + key.label()
                  + "\" too: "
                  + same.stream().map(HsmKey::summary).collect(Collectors.joining(", ")),
              "name the seal's key by key_id as well"));
    }
  }
}
