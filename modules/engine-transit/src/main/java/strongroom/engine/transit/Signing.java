package strongroom.engine.transit;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.SignatureException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;
import strongroom.engine.Call;
import strongroom.logical.Refusal;

/** Signs and verifies with the versions of a key, whatever its type. */
final class Signing {
  private static final byte[] NO_CONTEXT = new byte[0];

  private final SecureRandom random;
  private final ManagedSigning managed;

  Signing(SecureRandom random, ManagedUse managed) {
    this.random = random;
    this.managed = new ManagedSigning(managed);
  }

  /**
   * A signature.
   *
   * @param text {@code vault:v1:…}
   * @param publicKey of a derived key its public half; else empty
   */
  record Signed(String text, byte[] publicKey) {}

  Signed sign(Call call, LoadedKey key, LoadedKey.Version version, SignOptions options, Item item) {
    check(key, "signing");
    byte[] prepared = options.prepared(key.type(), item.input());
    byte[] publicKey = NO_CONTEXT;
    byte[] signature;
    if (key.type() == KeyType.MANAGED) {
      signature = managed.sign(call, version, options, item.input());
    } else if (key.record().traits().derived()) {
      Pairs.Encoded pair = derived(key, version, item.context());
      publicKey = Pairs.raw(pair.publicKey());
      try {
        signature = plain(key, privateKey(key, pair.secret()), options, prepared);
      } finally {
        Arrays.fill(pair.secret(), (byte) 0);
      }
    } else {
      signature = signWithOwn(key, version, options, prepared);
    }
    String encoded =
        options.jws()
            ? Base64.getUrlEncoder().withoutPadding().encodeToString(signature)
            : Base64Text.encode(signature);
    return new Signed(VersionedText.of(version.number(), encoded), publicKey);
  }

  /**
   * What is signed.
   *
   * @param context which key is derived; empty for none
   */
  record Item(byte[] input, byte[] context) {
    Item(byte[] input) {
      this(input, NO_CONTEXT);
    }
  }

  private byte[] signWithOwn(
      LoadedKey key, LoadedKey.Version version, SignOptions options, byte[] prepared) {
    return withPrivate(
        key,
        version,
        "signing",
        privateKey -> {
          if (key.type().family() == KeyType.Family.RSA) {
            RSAPublicKey publicKey =
                (RSAPublicKey) Pairs.publicKey(key.type(), "", version.publicKey());
            return RsaSignature.sign(privateKey, publicKey, options.padding(), prepared, random);
          }
          return plain(key, privateKey, options, prepared);
        });
  }

  private byte[] plain(LoadedKey key, PrivateKey privateKey, SignOptions options, byte[] prepared) {
    try {
      Signature signature = Signature.getInstance(algorithm(key, options));
      signature.initSign(privateKey, random);
      signature.update(prepared);
      return signature.sign();
    } catch (SignatureException e) {
      throw Refusal.invalid("the input cannot be signed; is it a digest?");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(key.type().wireName() + " failed to sign", e);
    }
  }

  private static String algorithm(LoadedKey key, SignOptions options) {
    return switch (key.type().family()) {
      case ECDSA -> options.jws() ? "NONEwithECDSAinP1363Format" : "NONEwithECDSA";
      case ED25519 -> "Ed25519";
      case ML_DSA -> "ML-DSA-" + key.record().traits().parameterSet();
      case AEAD, RSA, HMAC, ML_KEM, MANAGED ->
          throw new IllegalArgumentException(key.type().wireName() + " signs otherwise");
    };
  }

  /** Whether the signature in {@code text} is right for {@code item}. */
  boolean verify(Call call, LoadedKey key, SignOptions options, Item item, String text) {
    check(key, "verification");
    VersionedText parsed = VersionedText.parse(text, "signature");
    LoadedKey.Version version = key.versionToCheck(parsed, "signature");
    byte[] signature = decoded(options, parsed.encoded());
    byte[] prepared = options.prepared(key.type(), item.input());
    if (key.type() == KeyType.MANAGED) {
      return managed.verify(call, version, options, item.input(), signature);
    }
    byte[] encoded =
        key.record().traits().derived()
            ? derivedPublic(key, version, item.context())
            : version.publicKey();
    PublicKey publicKey =
        Pairs.publicKey(key.type(), key.record().traits().parameterSet(), encoded);
    if (key.type().family() == KeyType.Family.RSA) {
      return RsaSignature.verify((RSAPublicKey) publicKey, options.padding(), prepared, signature);
    }
    if (key.type().family() == KeyType.Family.ECDSA
        && !options.jws()
        && !EcdsaForm.canonical(signature)) {
      return false;
    }
    try {
      Signature check = Signature.getInstance(algorithm(key, options));
      check.initVerify(publicKey);
      check.update(prepared);
      return check.verify(signature);
    } catch (SignatureException e) {
      // Of a form that no signature has.
      return false;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(key.type().wireName() + " failed to verify", e);
    }
  }

  private static byte[] decoded(SignOptions options, String encoded) {
    try {
      return options.jws()
          ? Base64.getUrlDecoder().decode(encoded)
          : Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("invalid base64 signature value");
    }
  }

  private static void check(LoadedKey key, String what) {
    key.requireInUse();
    if (!key.type().signs()) {
      throw Refusal.invalid("key type " + key.type().wireName() + " does not support " + what);
    }
  }

  /** The pair that {@code context} makes of a derived key, whose secret the caller zeroes. */
  private static Pairs.Encoded derived(LoadedKey key, LoadedKey.Version version, byte[] context) {
    return Derivation.with(
        key, version, context, Pairs.ED25519_LENGTH, seed -> Pairs.ed25519(seed.clone()));
  }

  /** The {@code SubjectPublicKeyInfo} of the pair that {@code context} makes of a derived key. */
  static byte[] derivedPublic(LoadedKey key, LoadedKey.Version version, byte[] context) {
    Pairs.Encoded pair = derived(key, version, context);
    Arrays.fill(pair.secret(), (byte) 0);
    return pair.publicKey();
  }

  private static PrivateKey privateKey(LoadedKey key, byte[] secret) {
    return Pairs.privateKey(key.type(), key.record().traits().parameterSet(), secret);
  }

  /** What {@code use} makes of the private key of {@code version}. */
  static <T> T withPrivate(
      LoadedKey key, LoadedKey.Version version, String what, Function<PrivateKey, T> use) {
    if (version.publicOnly()) {
      throw Refusal.invalid("requested version for " + what + " does not contain a private part");
    }
    return version.secret().use(secret -> use.apply(privateKey(key, secret)));
  }
}
