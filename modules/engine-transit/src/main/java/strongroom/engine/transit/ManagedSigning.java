package strongroom.engine.transit;

import java.util.Optional;
import strongroom.engine.Call;
import strongroom.logical.Refusal;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.SignatureScheme;

/** Signatures of managed keys. The HSM knows how a key signs; the request says how it should. */
final class ManagedSigning {
  private final ManagedUse managed;

  ManagedSigning(ManagedUse managed) {
    this.managed = managed;
  }

  byte[] sign(Call call, LoadedKey.Version version, SignOptions options, byte[] input) {
    return managed.with(
        call,
        version,
        key -> {
          SignatureScheme scheme = scheme(key, options);
          byte[] signature = key.signPrepared(scheme, prepared(scheme, options, input));
          return scheme.kind() == SignatureScheme.Kind.ECDSA && options.jws()
              ? EcdsaForm.toJws(signature, fieldBytes(key))
              : signature;
        });
  }

  boolean verify(
      Call call, LoadedKey.Version version, SignOptions options, byte[] input, byte[] signature) {
    return managed.with(
        call,
        version,
        key -> {
          SignatureScheme scheme = scheme(key, options);
          Optional<byte[]> form =
              scheme.kind() == SignatureScheme.Kind.ECDSA && options.jws()
                  ? EcdsaForm.toDer(signature, fieldBytes(key))
                  : Optional.of(signature);
          return form.isPresent()
              && key.verifyPrepared(scheme, prepared(scheme, options, input), form.get());
        });
  }

  private static int fieldBytes(ManagedKey key) {
    return EcdsaForm.fieldBytes(
        key.publicKey().orElseThrow(() -> Refusal.invalid("the managed key has no public half")));
  }

  private static byte[] prepared(SignatureScheme scheme, SignOptions options, byte[] input) {
    return scheme.kind() == SignatureScheme.Kind.EDDSA || options.prehashed()
        ? input
        : options.hash().of(input);
  }

  private static SignatureScheme scheme(ManagedKey key, SignOptions options) {
    SignatureScheme.Kind kind =
        key.schemes().stream()
            .findFirst()
            .map(SignatureScheme::kind)
            .orElseThrow(() -> Refusal.invalid("the managed key encrypts and does not sign"));
    SignatureScheme.Hash hash =
        kind == SignatureScheme.Kind.EDDSA
            ? SignatureScheme.Hash.SHA256
            : options
                .hash()
                .managed()
                .orElseThrow(
                    () -> Refusal.invalid("a managed key signs by sha2-256, sha2-384 or sha2-512"));
    boolean wrongPadding =
        (kind == SignatureScheme.Kind.RSA_PKCS1 && options.padding().pss())
            || (kind == SignatureScheme.Kind.RSA_PSS && !options.padding().pss());
    if (wrongPadding) {
      throw Refusal.invalid(
          "the managed key signs by "
              + (options.padding().pss() ? "pkcs1v15" : "pss")
              + ": set signature_algorithm");
    }
    int salt = options.padding().saltLength();
    if (kind == SignatureScheme.Kind.RSA_PSS && salt >= 0 && salt != hash.bytes()) {
      throw Refusal.invalid("a managed key's salt is as long as the hash");
    }
    return ManagedUse.scheme(key, kind, hash);
  }
}
