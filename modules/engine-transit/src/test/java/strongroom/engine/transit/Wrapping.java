package strongroom.engine.transit;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.spec.MGF1ParameterSpec;
import java.util.List;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;
import javax.crypto.spec.SecretKeySpec;
import strongroom.storage.Transaction;

/** Wraps keys for a mount as clients do. */
final class Wrapping {
  private Wrapping() {}

  /** Gives the mount a wrapping key that was made before: to make one takes seconds. */
  static void prepare(Transit transit) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(Wrapping.class.getResourceAsStream("wrapping-key.pem"))) {
      String pem = new String(in.readAllBytes(), StandardCharsets.US_ASCII);
      byte[] pkcs8 = Pem.blocks(pem, "PRIVATE KEY").getFirst();
      Pairs.Encoded pair = ImportedKey.pair(KeyType.RSA_4096, "", pkcs8);
      byte[] stored =
          new Material(Transit.START, pair.secret(), Material.NONE, pair.publicKey(), List.of())
              .toBytes();
      try (Transaction transaction = new Transaction(transit.storage)) {
        transaction.put("wrapping-key", stored);
        transaction.commit();
      }
    }
  }

  /** {@code key} by RSA-OAEP and AES key wrap with padding, in Base64. */
  static String wrapped(Transit transit, byte[] key, String hash) throws Exception {
    byte[] der =
        Pem.blocks(transit.read("wrapping_key").expect(200).string("public_key"), "PUBLIC KEY")
            .getFirst();
    byte[] aes = new byte[32];
    new SecureRandom().nextBytes(aes);
    Cipher oaep = Cipher.getInstance("RSA/ECB/OAEPPadding");
    oaep.init(
        Cipher.ENCRYPT_MODE,
        Pairs.publicKey(KeyType.RSA_4096, "", der),
        new OAEPParameterSpec(
            hash, "MGF1", new MGF1ParameterSpec(hash), PSource.PSpecified.DEFAULT));
    Cipher kwp = Cipher.getInstance("AES/KWP/NoPadding");
    kwp.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(aes, "AES"));
    byte[] head = oaep.doFinal(aes);
    byte[] tail = kwp.doFinal(key);
    byte[] whole = new byte[head.length + tail.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(tail, 0, whole, head.length, tail.length);
    return Transit.base64(whole);
  }
}
