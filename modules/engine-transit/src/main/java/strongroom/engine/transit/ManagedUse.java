package strongroom.engine.transit;

import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import strongroom.engine.Call;
import strongroom.logical.Refusal;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;

/**
 * What is done in the HSM with the managed key that a version names. What befalls it concerns that
 * key alone: an HSM that is away is 503, all else 400.
 */
final class ManagedUse {
  private final HsmKeys keys;

  ManagedUse(HsmKeys keys) {
    this.keys = keys;
  }

  /** Refuses where the mount may not use the managed key {@code name}. */
  void require(Call call, String name) {
    answered(() -> open(call, name));
  }

  byte[] encrypt(Call call, LoadedKey.Version version, byte[] associated, byte[] plaintext) {
    return with(
        call,
        version,
        key -> {
          try (SecretBytes secret = SecretBytes.takeFrom(plaintext.clone())) {
            return key.encrypt(secret, associated);
          }
        });
  }

  byte[] decrypt(Call call, LoadedKey.Version version, byte[] associated, byte[] sealed) {
    return with(
        call,
        version,
        key -> {
          try (SecretBytes secret = key.decrypt(sealed, associated)) {
            return secret.viewSegment().toArray(ValueLayout.JAVA_BYTE);
          }
        });
  }

  /** What {@code use} makes of the managed key of {@code version}. */
  <T> T with(Call call, LoadedKey.Version version, Function<ManagedKey, T> use) {
    return answered(() -> use.apply(open(call, name(version))));
  }

  private static String name(LoadedKey.Version version) {
    return version.secret().use(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  private ManagedKey open(Call call, String name) {
    return keys.find(call, name)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "the managed key "
                        + name
                        + " is not defined, or is not among the mount's allowed_managed_keys"));
  }

  /** Work whose faults are told. */
  @FunctionalInterface
  private interface Work<T> {
    T run();
  }

  private static <T> T answered(Work<T> work) {
    try {
      return work.run();
    } catch (ManagedKeyFault e) {
      String message = String.valueOf(e.getMessage());
      throw switch (e) {
        case ManagedKeyFault.Unavailable away -> Refusal.unavailable(message);
        case ManagedKeyFault.Configuration wrong -> Refusal.invalid(message);
        case ManagedKeyFault.Unsupported not -> Refusal.invalid(message);
        case ManagedKeyFault.Rejected data -> Refusal.invalid(message);
      };
    }
  }

  /** The scheme of {@code key} whose algorithm is {@code kind}, by {@code hash}. */
  static SignatureScheme scheme(
      ManagedKey key, SignatureScheme.Kind kind, SignatureScheme.Hash hash) {
    SignatureScheme wanted = new SignatureScheme(kind, hash);
    if (!key.schemes().contains(wanted)) {
      throw Refusal.invalid("the managed key does not sign by " + kind + " with " + hash);
    }
    return wanted;
  }
}
