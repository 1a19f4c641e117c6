package strongroom.seal.pkcs11;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyClass;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.KeySearch;
import strongroom.hsm.Mechanism;
import strongroom.hsm.MechanismInfo;
import strongroom.hsm.NewKey;
import strongroom.hsm.Slot;
import strongroom.seal.SealFault;

/** Finds the keys that the settings or a blob name, and the way to wrap that they allow. */
final class SealKeys {
  private static final int KEYS_LISTED_MAX = 20;

  private final Pkcs11SealSettings settings;

  /** Whether the HMAC key with the wrapping key's id goes before the one that is named. */
  private final boolean pairedFirst;

  SealKeys(Pkcs11SealSettings settings) {
    this(settings, settings.hmacKey().id().isEmpty());
  }

  private SealKeys(Pkcs11SealSettings settings, boolean pairedFirst) {
    this.settings = settings;
    this.pairedFirst = pairedFirst;
  }

  /** Those of a seal that was rotated to the key that {@code settings} name. */
  static SealKeys rotated(Pkcs11SealSettings settings) {
    return new SealKeys(settings, true);
  }

  /**
   * What new blobs are wrapped by.
   *
   * @param slot where
   * @param key opens it; of an RSA pair, the private half
   * @param hmacKey makes the MAC; empty where there is none
   * @param method how
   * @param mechanism by which mechanism
   */
  record Chosen(
      Slot slot, HsmKey key, Optional<HsmKey> hmacKey, WrapMethod method, Mechanism mechanism) {}

  /**
   * Finds what the settings name.
   *
   * @throws HsmFault.Missing that says what there is instead, and how to make what is missing
   */
  Chosen choose(HsmToken token) {
    Slot slot = token.slot();
    HsmKey key = wrappingKey(token);
    Optional<HsmKey> hmacKey =
        settings.hmacKey().isEmpty() ? Optional.empty() : Optional.of(hmacKey(token, key));
    List<MechanismInfo> offered = token.mechanisms();
    for (WrapMethod method : preferred(hmacKey.isPresent())) {
      Optional<Mechanism> mechanism = mechanism(method, offered);
      if (mechanism.isPresent() && method.fitsType(key) && method.allowedBy(key)) {
        return new Chosen(slot, key, hmacKey, method, mechanism.get());
      }
    }
    throw new HsmFault.Missing(noMethod(key, hmacKey.isPresent(), offered));
  }

  /**
   * The methods to try, best first. An HMAC key is there to be used, so CBC goes first with one.
   */
  private Stream<WrapMethod> order(boolean hmac) {
    return hmac
        ? Stream.of(WrapMethod.CBC_HMAC, WrapMethod.GCM, WrapMethod.KEY_WRAP, WrapMethod.OAEP)
        : Stream.of(WrapMethod.GCM, WrapMethod.KEY_WRAP, WrapMethod.OAEP);
  }

  private List<WrapMethod> preferred(boolean hmac) {
    Optional<WrapMethod> named = settings.mechanism().flatMap(WrapMethod::of);
    return order(hmac).filter(m -> named.isEmpty() || named.get() == m).toList();
  }

  private Optional<Mechanism> mechanism(WrapMethod method, List<MechanismInfo> offered) {
    Optional<Mechanism> named = settings.mechanism();
    return method
        .offeredBy(offered)
        .flatMap(
            best ->
                named.isEmpty()
                    ? Optional.of(best)
                    : named.filter(n -> offered.stream().anyMatch(o -> o.mechanism().equals(n))));
  }

  private String noMethod(HsmKey key, boolean hmac, List<MechanismInfo> offered) {
    String wanted =
        settings
            .mechanism()
            .map(m -> "mechanism " + m + " cannot be used with key " + key.summary())
            .orElse("key " + key.summary() + " cannot wrap by any mechanism of this token");
    String cbc =
        !hmac && key.aes() && WrapMethod.CBC_HMAC.offeredBy(offered).isPresent()
            ? "; CKM_AES_CBC_PAD could be used with an HMAC key: set hmac_key_label"
            : "";
    String token =
        Stream.of(WrapMethod.values())
            .flatMap(m -> m.offeredBy(offered).stream())
            .map(Mechanism::toString)
            .collect(Collectors.joining(", "));
    return wanted
        + "; the key may "
        + (key.flagText().isEmpty() ? "do nothing that is told" : key.flagText())
        + "; the token offers "
        + (token.isEmpty() ? "none of what can wrap" : token)
        + cbc;
  }

  private HsmKey wrappingKey(HsmToken token) {
    Predicate<HsmKey> fits =
        settings
            .mechanism()
            .flatMap(WrapMethod::of)
            .<Predicate<HsmKey>>map(method -> method::fitsType)
            .orElse(key -> key.aes() || key.rsa());
    return one(token, settings.key(), fits, "wrapping key", "key_label", "key_id");
  }

  private HsmKey hmacKey(HsmToken token, HsmKey wrapping) {
    HsmKey key =
        paired(token, wrapping)
            .orElseGet(
                () ->
                    one(
                        token,
                        settings.hmacKey(),
                        goesWithNoOther(token),
                        "HMAC key",
                        "hmac_key_label",
                        "hmac_key_id"));
    if (key.isNot(KeyFlag.SIGN) || key.isNot(KeyFlag.VERIFY)) {
      throw new HsmFault.Missing(
          "HMAC key "
              + key.summary()
              + " must be allowed to sign and verify; it may "
              + key.flagText());
    }
    return key;
  }

  /** The HMAC key that was made with the wrapping key, if one was: it has the same id. */
  private Optional<HsmKey> paired(HsmToken token, HsmKey wrapping) {
    if (!pairedFirst || wrapping.id().isEmpty()) {
      return Optional.empty();
    }
    KeyName name = new KeyName(settings.hmacKey().label(), Optional.of(wrapping.id()));
    List<HsmKey> keys = found(token, name).stream().filter(HsmKey::hmac).toList();
    return keys.size() == 1 ? Optional.of(keys.getFirst()) : Optional.empty();
  }

  /** Tells an HMAC key that is named by label from those that were made with other keys since. */
  private Predicate<HsmKey> goesWithNoOther(HsmToken token) {
    List<HsmKey> named = found(token, settings.hmacKey()).stream().filter(HsmKey::hmac).toList();
    if (named.size() < 2) {
      return HsmKey::hmac;
    }
    Set<String> taken =
        token.keys(KeySearch.all()).stream()
            .filter(key -> key.aes() || key.rsa())
            .map(HsmKey::id)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toSet());
    return key -> key.hmac() && !taken.contains(key.id());
  }

  /** Those of the settings' keys that the token does not have. */
  List<WantedKey> missing(HsmToken token) {
    return wanted().stream().filter(w -> found(token, w.name()).isEmpty()).toList();
  }

  /** The settings' keys, with the kind that is made where one is missing. */
  List<WantedKey> wanted() {
    WrapMethod method = settings.mechanism().flatMap(WrapMethod::of).orElse(WrapMethod.GCM);
    WantedKey wrapping = new WantedKey(settings.key(), method.keyKind());
    return settings.hmacKey().isEmpty()
        ? List.of(wrapping)
        : List.of(wrapping, new WantedKey(settings.hmacKey(), NewKey.Kind.HMAC));
  }

  /** The keys with a name, without public halves. */
  static List<HsmKey> found(HsmToken token, KeyName name) {
    return token.keys(name.search()).stream().filter(k -> k.keyClass() != KeyClass.PUBLIC).toList();
  }

  /**
   * The key that a blob names, by its id before its label, which people change.
   *
   * @throws SealFault.Configuration where the token does not have it; it says nothing of the HSM's
   *     health, since the blob may be damaged
   */
  HsmKey named(HsmToken token, KeyName name, Optional<String> otherwise, Predicate<HsmKey> fits) {
    KeyName used = name.isEmpty() ? new KeyName(otherwise, Optional.empty()) : name;
    if (used.isEmpty()) {
      throw new SealFault.Configuration(
          "the blob names no key: set default_key_label, and default_hmac_key_label for its HMAC",
          null);
    }
    KeyName byId = used.id().isPresent() ? new KeyName(Optional.empty(), used.id()) : used;
    List<HsmKey> keys = found(token, byId).stream().filter(fits).toList();
    if (keys.size() > 1 && used.label().isPresent()) {
      keys = keys.stream().filter(k -> k.label().equals(used.label().get())).toList();
    }
    if (keys.size() != 1) {
      throw new SealFault.Configuration(
          "what is to be unwrapped needs the key with "
              + used.text()
              + ", of which HSM token "
              + token.slot().summary()
              + " has "
              + (keys.isEmpty() ? "none" : String.valueOf(keys.size()))
              + "; "
              + list(token),
          null);
    }
    return keys.getFirst();
  }

  /** The public half of a pair, as an object of the token. */
  static Optional<HsmKey> publicHalf(HsmToken token, HsmKey key) {
    KeyName name = KeyName.of(key);
    return token.keys(new KeySearch(name.label(), name.id(), Optional.of(KeyClass.PUBLIC))).stream()
        .findFirst();
  }

  private HsmKey one(
      HsmToken token,
      KeyName name,
      Predicate<HsmKey> fits,
      String what,
      String labelParameter,
      String idParameter) {
    List<HsmKey> all = found(token, name);
    List<HsmKey> keys = all.stream().filter(fits).toList();
    if (keys.size() == 1) {
      return keys.getFirst();
    }
    if (keys.size() > 1) {
      throw new HsmFault.Missing(
          keys.size()
              + " keys have "
              + name.text()
              + ": name the one that is meant by "
              + idParameter
              + " too; "
              + keys.stream().map(HsmKey::summary).collect(Collectors.joining(", ")));
    }
    String other =
        all.isEmpty()
            ? ""
            : "; there is " + all.getFirst().summary() + ", which is of another type";
    throw new HsmFault.Missing(
        "HSM token "
            + token.slot().summary()
            + " has no "
            + what
            + " with "
            + name.text()
            + " ("
            + labelParameter
            + ")"
            + other
            + "; "
            + list(token)
            + "; "
            + howToMake(token, what.startsWith("HMAC") ? "hmac" : "aes", name));
  }

  private static String list(HsmToken token) {
    List<HsmKey> keys =
        token.keys(KeySearch.all()).stream().filter(k -> k.keyClass() != KeyClass.PUBLIC).toList();
    if (keys.isEmpty()) {
      return "the token holds no key";
    }
    String more =
        keys.size() > KEYS_LISTED_MAX ? " and " + (keys.size() - KEYS_LISTED_MAX) + " more" : "";
    return "keys on the token: "
        + keys.stream()
            .limit(KEYS_LISTED_MAX)
            .map(HsmKey::summary)
            .collect(Collectors.joining(", "))
        + more;
  }

  private String howToMake(HsmToken token, String type, KeyName name) {
    String label = name.label().orElse("NAME");
    String id = name.id().map(i -> " --id " + i).orElse("");
    String kind = type.equals("hmac") ? "GENERIC:32" : "AES:32";
    String generate =
        settings.generateKey()
            ? "it is made at initialization (generate_key)"
            : "to make it, set generate_key = \"true\" and initialize, or run: strongroom operator"
                + " hsm generate-key -config=FILE -label="
                + label
                + " -type="
                + type
                + name.id().map(i -> " -id=" + i).orElse("");
    return generate
        + ", or: pkcs11-tool --module "
        + settings.library()
        + " --token-label '"
        + token.slot().token().map(t -> t.label()).orElse("")
        + "' --login --keygen --key-type "
        + kind
        + " --sensitive --label '"
        + label
        + "'"
        + id;
  }
}
