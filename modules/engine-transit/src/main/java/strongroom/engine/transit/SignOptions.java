package strongroom.engine.transit;

import java.util.Locale;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;

/**
 * How a request wants its signatures.
 *
 * @param hash of the input
 * @param prehashed whether the input is a digest already
 * @param padding of RSA
 * @param jws whether ECDSA's two numbers stand one after the other, and all is Base64 for URLs
 */
record SignOptions(HashName hash, boolean prehashed, RsaSignature.Padding padding, boolean jws) {
  private static final int SALT_LENGTH_MAX = 512;

  static SignOptions of(Call call) {
    Fields fields = call.fields();
    HashName hash = hash(call, "hash_algorithm");
    boolean prehashed = fields.bool("prehashed").orElse(false);
    String algorithm = fields.nonEmptyString("signature_algorithm").orElse("pss");
    boolean pss =
        switch (algorithm) {
          case "pss" -> true;
          case "pkcs1v15" -> false;
          default -> throw Refusal.invalid("signature_algorithm is pss or pkcs1v15");
        };
    if (hash == HashName.NONE && (!prehashed || pss)) {
      throw Refusal.invalid(
          "hash_algorithm=none requires both prehashed=true and signature_algorithm=pkcs1v15");
    }
    boolean jws =
        switch (fields.nonEmptyString("marshaling_algorithm").orElse("asn1")) {
          case "asn1" -> false;
          case "jws" -> true;
          default -> throw Refusal.invalid("marshaling_algorithm is asn1 or jws");
        };
    return new SignOptions(
        hash, prehashed, new RsaSignature.Padding(pss, hash, saltLength(fields)), jws);
  }

  /** The hash that path or body name, {@code sha2-256} by default. */
  static HashName hash(Call call, String member) {
    String name =
        Optional.ofNullable(call.parameters().get("urlalgorithm"))
            .or(() -> call.fields().nonEmptyString(member))
            .or(() -> call.fields().nonEmptyString("algorithm"))
            .orElse("sha2-256");
    return HashName.of(name)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "the hash algorithm is one of sha1, sha2-224, sha2-256, sha2-384, sha2-512,"
                        + " sha3-224, sha3-256, sha3-384, sha3-512, none"));
  }

  private static int saltLength(Fields fields) {
    String text = fields.nonEmptyString("salt_length").orElse("auto").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "auto" -> RsaSignature.Padding.AUTO;
      case "hash" -> RsaSignature.Padding.AS_HASH;
      default -> {
        try {
          int length = Integer.parseInt(text);
          if (length >= 0 && length <= SALT_LENGTH_MAX) {
            yield length;
          }
        } catch (NumberFormatException e) {
          // Said below, as for a number that is out of range.
        }
        throw Refusal.invalid("salt_length is auto, hash or a number of bytes");
      }
    };
  }

  /** What is signed of {@code input} by a key of {@code type}. */
  byte[] prepared(KeyType type, byte[] input) {
    if (!type.signsDigests() || hash == HashName.NONE) {
      return input;
    }
    if (!prehashed) {
      return hash.of(input);
    }
    if (type.family() == KeyType.Family.RSA && input.length != hash.length()) {
      throw Refusal.invalid(
          "a prehashed input of " + hash.wireName() + " has " + hash.length() + " bytes");
    }
    return input;
  }
}
