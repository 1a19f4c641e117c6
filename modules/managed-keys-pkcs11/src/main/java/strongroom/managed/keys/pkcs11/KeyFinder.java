package strongroom.managed.keys.pkcs11;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import strongroom.hsm.Curve;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyClass;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.KeyPairs;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NewKey;
import strongroom.hsm.NewKeyPair;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyMechanism;
import strongroom.managed.keys.ManagedKeyFault;

/** Finds the key of a definition in an HSM token, or makes it where the definition allows that. */
final class KeyFinder {
  private final KeyDefinition definition;
  private final Supplier<ReservedKeys> reserved;
  private final SecureRandom random;

  KeyFinder(KeyDefinition definition, Supplier<ReservedKeys> reserved, SecureRandom random) {
    this.definition = definition;
    this.reserved = reserved;
    this.random = random;
  }

  FoundKey find(HsmToken token) {
    KeyDefinition.Plan plan = definition.plan();
    KeyClass keyClass =
        plan.mechanism() == KeyMechanism.AES_GCM ? KeyClass.SECRET : KeyClass.PRIVATE;
    List<HsmKey> fitting =
        token.keys(new KeySearch(plan.label(), plan.id(), Optional.of(keyClass)));
    if (fitting.size() > 1) {
      throw new ManagedKeyFault.Configuration(
          "the HSM token has "
              + fitting.size()
              + " keys that fit: set key_id to one of "
              + fitting.stream().map(HsmKey::id).collect(Collectors.joining(", ")));
    }
    HsmKey key = fitting.isEmpty() ? make(token) : fitting.getFirst();
    check(key);
    return new FoundKey(key, keyClass == KeyClass.SECRET ? Optional.empty() : other(token, key));
  }

  private static Optional<HsmKey> other(HsmToken token, HsmKey key) {
    List<HsmKey> halves =
        token.keys(
            new KeySearch(
                Optional.of(key.label()).filter(l -> !l.isEmpty()),
                Optional.of(key.id()).filter(i -> !i.isEmpty()),
                Optional.of(KeyClass.PUBLIC)));
    return halves.size() == 1 ? Optional.of(halves.getFirst()) : Optional.empty();
  }

  private void check(HsmKey key) {
    if (reserved.get().contains(key)) {
      throw reserved();
    }
    boolean fits =
        switch (definition.plan().mechanism()) {
          case RSA_PKCS, RSA_OAEP, RSA_PSS -> key.rsa();
          case ECDSA -> key.onCurve() && !key.edwards();
          case EDDSA -> key.edwards();
          case AES_GCM -> key.aes();
        };
    if (!fits) {
      throw new ManagedKeyFault.Configuration(
          "key " + key.summary() + " is of another type than the mechanism needs");
    }
    if (key.is(KeyFlag.EXTRACTABLE) || key.isNot(KeyFlag.SENSITIVE)) {
      throw new ManagedKeyFault.Configuration(
          "key " + key.summary() + " can leave the HSM: it has to be sensitive, not extractable");
    }
  }

  private static ManagedKeyFault reserved() {
    return new ManagedKeyFault.Configuration(
        "this key protects the root key of the server and is no managed key; name another");
  }

  private HsmKey make(HsmToken token) {
    KeyDefinition.Plan plan = definition.plan();
    String label =
        plan.label()
            .filter(l -> plan.id().isEmpty() && definition.grants().generate())
            .orElseThrow(
                () ->
                    new ManagedKeyFault.Configuration(
                        "the HSM token has no key with "
                            + new KeySearch(plan.label(), plan.id(), Optional.empty()).text()
                            + "; it is made where allow_generate_key is true and key_label, but"
                            + " not key_id, is set"));
    if (reserved.get().containsLabel(label)) {
      throw reserved();
    }
    String id = NewKey.randomId(random);
    int bits = plan.size().bits();
    return switch (plan.mechanism()) {
      case AES_GCM -> token.generate(new NewKey(NewKey.Kind.AES, bits, label, id, false));
      case ECDSA ->
          KeyPairs.of(token)
              .generate(
                  NewKeyPair.on(
                      Curve.valueOf(plan.size().curve().toUpperCase(Locale.ROOT)), label, id));
      case EDDSA -> KeyPairs.of(token).generate(NewKeyPair.on(Curve.ED25519, label, id));
      case RSA_OAEP ->
          KeyPairs.of(token).generate(NewKeyPair.rsa(bits, NewKeyPair.Use.ENCRYPT, label, id));
      case RSA_PKCS, RSA_PSS ->
          KeyPairs.of(token).generate(NewKeyPair.rsa(bits, NewKeyPair.Use.SIGN, label, id));
    };
  }
}
