package strongroom.pgp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.openpgp.PGPEncryptedDataList;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPLiteralData;
import org.bouncycastle.openpgp.PGPPublicKeyEncryptedData;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSecretKeyRing;
import org.bouncycastle.openpgp.PGPUtil;
import org.bouncycastle.openpgp.bc.BcPGPObjectFactory;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPublicKeyDataDecryptorFactory;
import org.junit.jupiter.api.Test;

/** Against keys that GnuPG made; the resources hold them. */
class PgpKeyTest {
  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  @Test
  void namesTheFingerprintThatGnuPgDoes() throws Exception {
    assertThat(key("rsa").fingerprint()).isEqualTo("411dcae9ef3ac1d2f6142c9d3da0dc247154b7af");
    assertThat(key("curve").fingerprint()).isEqualTo("e14c82844dd09e52830fdb4af5682149e59776dc");
  }

  @Test
  void encryptsForTheSubkeyThatIsMeantForIt() throws Exception {
    for (String name : new String[] {"rsa", "curve"}) {
      byte[] message = key(name).encrypt("share".getBytes(UTF_8), new SecureRandom());

      assertThat(decrypt(name, message)).isEqualTo("share".getBytes(UTF_8));
    }
  }

  @Test
  void takesTheBase64OfABinaryKeyAsWellAsAnArmoredOne() throws Exception {
    byte[] binary = PGPUtil.getDecoderStream(resource("rsa.asc")).readAllBytes();
    String oneLine = Base64.getEncoder().encodeToString(binary);
    String wrapped = Base64.getMimeEncoder().encodeToString(binary) + "\n";

    assertThat(PgpKey.parse(oneLine, NOW).fingerprint()).isEqualTo(key("rsa").fingerprint());
    assertThat(PgpKey.parse(wrapped, NOW).fingerprint()).isEqualTo(key("rsa").fingerprint());
  }

  @Test
  void refusesKeysThatCannotBeEncryptedFor() {
    assertThatThrownBy(() -> key("signer")).hasMessageContaining("no part to encrypt with");
    assertThatThrownBy(() -> key("old")).hasMessageContaining("expired");
  }

  @Test
  void refusesKeybaseNamesWithAWayOut() {
    assertThatThrownBy(() -> PgpKey.parse("keybase:somebody", NOW))
        .isInstanceOf(InvalidPgpKeyException.class)
        .hasMessageContaining("gpg --export");
  }

  @Test
  void refusesWhatIsNoKey() {
    String[] bad = {
      "",
      "not a key",
      "AAAA",
      "mQENBF",
      Base64.getEncoder().encodeToString(new byte[1000]),
      "-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nAAAA\n-----END PGP PUBLIC KEY BLOCK-----",
      "A".repeat(PgpKey.TEXT_LENGTH_MAX + 1),
    };
    for (String text : bad) {
      assertThatThrownBy(() -> PgpKey.parse(text, NOW)).isInstanceOf(InvalidPgpKeyException.class);
    }
  }

  @Test
  void refusesEveryCutOfAKeyWithoutAnyOtherFault() throws Exception {
    byte[] binary = PGPUtil.getDecoderStream(resource("curve.asc")).readAllBytes();
    for (int length = 0; length < binary.length / 2; length++) {
      String cut = Base64.getEncoder().encodeToString(java.util.Arrays.copyOf(binary, length));
      assertThatThrownBy(() -> PgpKey.parse(cut, NOW)).isInstanceOf(InvalidPgpKeyException.class);
    }
  }

  private static PgpKey key(String name) throws IOException, InvalidPgpKeyException {
    return PgpKey.parse(new String(resource(name + ".asc").readAllBytes(), UTF_8), NOW);
  }

  private static InputStream resource(String name) {
    return PgpKeyTest.class.getResourceAsStream(name);
  }

  private static byte[] decrypt(String name, byte[] message) throws IOException, PGPException {
    PGPSecretKeyRing secrets =
        new PGPSecretKeyRing(
            PGPUtil.getDecoderStream(resource(name + "-secret.asc")),
            new BcKeyFingerprintCalculator());
    BcPGPObjectFactory objects = new BcPGPObjectFactory(new ByteArrayInputStream(message));
    PGPEncryptedDataList list = (PGPEncryptedDataList) objects.nextObject();
    PGPPublicKeyEncryptedData data = (PGPPublicKeyEncryptedData) list.get(0);
    PGPSecretKey secret = secrets.getSecretKey(data.getKeyIdentifier());
    InputStream clear =
        data.getDataStream(new BcPublicKeyDataDecryptorFactory(secret.extractKeyPair(null)));
    PGPLiteralData literal = (PGPLiteralData) new BcPGPObjectFactory(clear).nextObject();
    byte[] plaintext = literal.getInputStream().readAllBytes();
    assertThat(data.verify()).isTrue();
    return plaintext;
  }
}
