package strongroom.managed.keys.pkcs11;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import strongroom.hsm.CipherMode;
import strongroom.hsm.Ckr;
import strongroom.hsm.Encrypted;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyPairs;
import strongroom.hsm.OaepHash;
import strongroom.hsm.SignMode;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyMechanism;
import strongroom.managed.keys.KeyUsage;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.SignatureScheme;
import strongroom.secret.SecretBytes;

/** A managed key in an HSM. Found, or made where that is allowed, with the first call. */
final class Pkcs11ManagedKey implements ManagedKey {
  private static final int IV_BYTES = 12;
  private static final int PROBE_BYTES = 8;
  private static final int GCM_TAG_BYTES = 16;

  private final KeyDefinition definition;
  private final OpenToken token;
  private final KeyFinder finder;
  private final SecureRandom random;
  private volatile @Nullable FoundKey found;

  Pkcs11ManagedKey(
      KeyDefinition definition,
      OpenToken token,
      Supplier<ReservedKeys> reserved,
      SecureRandom random) {
    this.definition = definition;
    this.token = token;
    this.random = random;
    finder = new KeyFinder(definition, reserved, random);
  }

  private interface Work<T> {
    T with(HsmToken hsm, FoundKey key);
  }

  private <T> T use(Work<T> work) {
    token.touch();
    return token.use(
        hsm -> {
          FoundKey key = found;
          if (key == null) {
            synchronized (token) { // so that two calls do not make the key twice
              key = finder.find(hsm);
            }
            found = key;
          }
          return work.with(hsm, key);
        });
  }

  private KeyMechanism mechanism() {
    return definition.plan().mechanism();
  }

  private void need(KeyUsage usage) {
    if (!definition.grants().usages().contains(usage)) {
      throw new ManagedKeyFault.Unsupported(
          "managed key " + definition.name() + " is not for the usage \"" + usage.word() + "\"");
    }
  }

  @Override
  public Optional<byte[]> publicKey() {
    return mechanism() == KeyMechanism.AES_GCM
        ? Optional.empty()
        : Optional.of(use((hsm, key) -> PublicKeys.encoded(hsm, key.publicHalf())));
  }

  @Override
  public List<SignatureScheme> schemes() {
    List<SignatureScheme.Kind> kinds =
        switch (mechanism()) {
          case ECDSA -> List.of(SignatureScheme.Kind.ECDSA);
          case EDDSA -> List.of(SignatureScheme.Kind.EDDSA);
          case RSA_PSS -> List.of(SignatureScheme.Kind.RSA_PSS);
          case RSA_PKCS -> List.of(SignatureScheme.Kind.RSA_PKCS1);
          case RSA_OAEP, AES_GCM -> List.of();
        };
    return kinds.stream()
        .flatMap(
            kind ->
                Arrays.stream(SignatureScheme.Hash.values())
                    .limit(kind == SignatureScheme.Kind.EDDSA ? 1 : 3)
                    .map(hash -> new SignatureScheme(kind, hash)))
        .toList();
  }

  private SignMode mode(SignatureScheme scheme, byte[] prepared) {
    if (schemes().stream().noneMatch(s -> s.kind() == scheme.kind())) {
      throw new ManagedKeyFault.Unsupported(
          "managed key "
              + definition.name()
              + " has the mechanism "
              + mechanism()
              + ", which does not sign by "
              + scheme.kind());
    }
    boolean digest = scheme.kind() != SignatureScheme.Kind.EDDSA;
    if (digest && prepared.length != scheme.hash().bytes()) {
      throw new ManagedKeyFault.Rejected(
          "a digest of " + prepared.length + " bytes is not one of " + scheme.hash().javaName());
    }
    return switch (scheme.kind()) {
      case ECDSA -> new SignMode.Ecdsa();
      case EDDSA -> new SignMode.EdDsa();
      case RSA_PSS -> new SignMode.Pss(OaepHash.valueOf(scheme.hash().name()));
      case RSA_PKCS1 -> new SignMode.Pkcs1();
    };
  }

  private static byte[] input(SignatureScheme scheme, byte[] prepared) {
    return scheme.kind() == SignatureScheme.Kind.RSA_PKCS1
        ? Der.digestInfo(scheme.hash(), prepared)
        : prepared;
  }

  @Override
  public byte[] signPrepared(SignatureScheme scheme, byte[] prepared) {
    need(KeyUsage.SIGN);
    SignMode mode = mode(scheme, prepared);
    byte[] signature =
        use((hsm, key) -> KeyPairs.of(hsm).sign(key.privateHalf(), mode, input(scheme, prepared)));
    return mode instanceof SignMode.Ecdsa ? Der.ecdsa(signature) : signature;
  }

  @Override
  public boolean verifyPrepared(SignatureScheme scheme, byte[] prepared, byte[] signature) {
    need(KeyUsage.VERIFY);
    SignMode mode = mode(scheme, prepared);
    return use(
        (hsm, key) -> {
          KeyPairs pairs = KeyPairs.of(hsm);
          HsmKey half = key.publicHalf();
          Optional<byte[]> raw =
              mode instanceof SignMode.Ecdsa
                  ? Der.rawEcdsa(signature, pairs.publicPoint(half).curve().bits())
                  : Optional.of(signature).filter(s -> s.length > 0);
          return raw.isPresent() && pairs.verify(half, mode, input(scheme, prepared), raw.get());
        });
  }

  @Override
  public byte[] encrypt(SecretBytes plaintext, byte[] aad) {
    need(KeyUsage.ENCRYPT);
    return switch (mechanism()) {
      case AES_GCM -> {
        byte[] iv = new byte[IV_BYTES];
        random.nextBytes(iv);
        Encrypted made =
            use((hsm, key) -> hsm.encrypt(key.secret(), new CipherMode.Gcm(iv, aad), plaintext));
        if (made.iv().length != IV_BYTES) {
          throw new ManagedKeyFault.Unsupported(
              "the HSM encrypts with an IV of " + made.iv().length + " bytes instead of 12");
        }
        byte[] all = Arrays.copyOf(made.iv(), IV_BYTES + made.ciphertext().length);
        System.arraycopy(made.ciphertext(), 0, all, IV_BYTES, made.ciphertext().length);
        yield all;
      }
      case RSA_OAEP -> {
        noAad(aad);
        yield use((hsm, key) -> hsm.encrypt(key.publicHalf(), oaep(), plaintext)).ciphertext();
      }
      case RSA_PKCS, RSA_PSS, ECDSA, EDDSA -> throw signsOnly();
    };
  }

  @Override
  public SecretBytes decrypt(byte[] ciphertext, byte[] aad) {
    need(KeyUsage.DECRYPT);
    return switch (mechanism()) {
      case AES_GCM -> {
        if (ciphertext.length < IV_BYTES + GCM_TAG_BYTES) {
          throw new ManagedKeyFault.Rejected("the ciphertext is shorter than its IV and tag");
        }
        byte[] iv = Arrays.copyOf(ciphertext, IV_BYTES);
        byte[] rest = Arrays.copyOfRange(ciphertext, IV_BYTES, ciphertext.length);
        yield use((hsm, key) -> opened(hsm, key.secret(), new CipherMode.Gcm(iv, aad), rest));
      }
      case RSA_OAEP -> {
        noAad(aad);
        yield use((hsm, key) -> opened(hsm, key.privateHalf(), oaep(), ciphertext));
      }
      case RSA_PKCS, RSA_PSS, ECDSA, EDDSA -> throw signsOnly();
    };
  }

  /**
   * Some HSMs answer a general error for a damaged ciphertext. Where the HSM works otherwise, it
   * was that, and who sends such must not look like an HSM that is away.
   */
  private static SecretBytes opened(HsmToken hsm, HsmKey key, CipherMode mode, byte[] ciphertext) {
    try {
      return hsm.decrypt(key, mode, ciphertext);
    } catch (HsmFault.Rejected e) {
      if (!e.function().equals("C_Decrypt")
          || !(e.is(Ckr.GENERAL_ERROR) || e.is(Ckr.FUNCTION_FAILED))) {
        throw e;
      }
      hsm.random(PROBE_BYTES);
      throw new ManagedKeyFault.Rejected("the ciphertext is damaged or of another key");
    }
  }

  private CipherMode oaep() {
    return new CipherMode.Oaep(OaepHash.of(definition.plan().oaepHash()).orElseThrow());
  }

  private static void noAad(byte[] aad) {
    if (aad.length > 0) {
      throw new ManagedKeyFault.Unsupported("RSA binds no associated data");
    }
  }

  private ManagedKeyFault signsOnly() {
    return new ManagedKeyFault.Unsupported(
        "managed key " + definition.name() + " signs and does not encrypt");
  }
}
