package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.util.ArrayList;
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
 * The key that a seal was rotated to, in place of the configured one. Where the seal has an HMAC
 * key, the one that goes with it has the configured label and the id of the key that wraps: the two
 * are made together.
 *
 * @param configured what the configuration named then; another name in it now holds instead
 * @param key the key
 */
record RotatedKey(String configured, SealKey key) {
  static final RotatedKey NONE = new RotatedKey("", new SealKey("", ""));

  /** What the configuration names, as text to compare. */
  static String configured(Pkcs11SealSettings settings) {
    String key = settings.key().text();
    return settings.hmacKey().isEmpty() ? key : key + "; HMAC key " + settings.hmacKey().text();
  }

  /** The keys to wrap by. */
  SealKeys applied(Pkcs11SealSettings settings) {
    if (configured.equals(configured(settings))) {
      return applied(settings, key);
    }
    // As rotations were recorded before they took the HMAC key along.
    return new SealKeys(
        configured.equals(settings.key().text()) ? settings.withKey(name(key)) : settings);
  }

  /** The keys with {@code key} as the one that wraps. */
  static SealKeys applied(Pkcs11SealSettings settings, SealKey key) {
    return SealKeys.rotated(settings.withKey(name(key)));
  }

  /** The keys to make for {@code key}: itself, and the HMAC key where the seal has one. */
  static List<WantedKey> wanted(Pkcs11SealSettings settings, SealKey key) {
    List<WantedKey> wanted = new ArrayList<>();
    wanted.add(new SealKeys(settings.withKey(name(key))).wanted().getFirst());
    if (!settings.hmacKey().isEmpty()) {
      wanted.add(
          new WantedKey(
              new KeyName(settings.hmacKey().label(), given(key.id())), NewKey.Kind.HMAC));
    }
    return wanted;
  }

  private static KeyName name(SealKey key) {
    return new KeyName(given(key.label()), given(key.id()));
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
