package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NewKey;
import strongroom.seal.SealFault;
import strongroom.seal.SealKey;

/**
 * The key that a seal was rotated to, in place of the configured one.
 *
 * @param configured what the configuration named then; another name in it now holds instead
 * @param key the key
 */
record RotatedKey(String configured, SealKey key) {
  static final RotatedKey NONE = new RotatedKey("", new SealKey("", ""));

  /** The settings to wrap by. */
  Pkcs11SealSettings applied(Pkcs11SealSettings settings) {
    return configured.equals(settings.key().text()) ? applied(settings, key) : settings;
  }

  /** The settings with {@code key} as the one that wraps. */
  static Pkcs11SealSettings applied(Pkcs11SealSettings settings, SealKey key) {
    return settings.withKey(new KeyName(given(key.label()), given(key.id())));
  }

  /** The key that {@code wish} means, made or yet to be made. */
  static SealKey choose(
      HsmToken token,
      Pkcs11SealSettings settings,
      SealKey wish,
      boolean generate,
      SecureRandom random) {
    String label =
        wish.label().isEmpty() && (generate || wish.id().isEmpty())
            ? settings.key().label().orElse("")
            : wish.label();
    if (generate) {
      SealKey fresh =
          new SealKey(label, wish.id().isEmpty() ? NewKey.randomId(random) : parsedId(wish.id()));
      KeyName name = new KeyName(Optional.empty(), Optional.of(fresh.id()));
      if (!SealKeys.found(token, name).isEmpty()) {
        throw new SealFault.Configuration(
            "the HSM token has a key with id " + fresh.id() + " already: adopt it instead", null);
      }
      return fresh;
    }
    KeyName name = new KeyName(given(label), given(wish.id()).map(RotatedKey::parsedId));
    List<HsmKey> found =
        SealKeys.found(token, name).stream().filter(key -> key.aes() || key.rsa()).toList();
    if (found.size() != 1) {
      throw new SealFault.Configuration(
          (found.isEmpty() ? "no key" : found.size() + " keys")
              + " of the HSM token that can wrap have "
              + name.text()
              + (found.isEmpty()
                  ? ""
                  : ": name one by its id; "
                      + found.stream().map(HsmKey::summary).collect(Collectors.joining(", "))),
          null);
    }
    return new SealKey(found.getFirst().label(), found.getFirst().id());
  }

  private static String parsedId(String text) {
    try {
      return KeySearch.parseId(text);
    } catch (IllegalArgumentException e) {
      throw new SealFault.Configuration(String.valueOf(e.getMessage()), e);
    }
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }
}
