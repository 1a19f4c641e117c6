package strongroom.seal.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Base64;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.seal.SealFault;

/** Signs claims (RFC 7519) with an RSA key, for services that give a token for that. */
public final class Jwt {
  private Jwt() {}

  /** How it is signed (RFC 7518, section 3.1). */
  public enum Algorithm {
    /** RSASSA-PKCS1-v1_5 with SHA-256. */
    RS256,
    /** RSASSA-PSS with SHA-256. */
    PS256
  }

  /**
   * The signed claims in their compact form.
   *
   * @param header what goes into the header besides {@code alg} and {@code typ}
   * @throws SealFault.Configuration where {@code key} is no RSA key
   */
  public static String sign(
      Algorithm algorithm, JsonObject header, JsonObject claims, PrivateKey key) {
    JsonObject whole =
        JsonObject.builder().put("alg", algorithm.name()).put("typ", "JWT").putAll(header).build();
    String signed = encoded(Json.toBytes(whole)) + "." + encoded(Json.toBytes(claims));
    try {
      Signature signature = signature(algorithm);
      signature.initSign(key);
      signature.update(signed.getBytes(US_ASCII));
      return signed + "." + encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new SealFault.Configuration(
          "the private key of the credentials is no RSA key that can sign", e);
    }
  }

  private static Signature signature(Algorithm algorithm) throws GeneralSecurityException {
    return switch (algorithm) {
      case RS256 -> Signature.getInstance("SHA256withRSA");
      case PS256 -> {
        Signature pss = Signature.getInstance("RSASSA-PSS");
        pss.setParameter(new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32, 1));
        yield pss;
      }
    };
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
