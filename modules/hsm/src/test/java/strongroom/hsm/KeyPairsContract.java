package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What pairs do, whichever process the library is in. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class KeyPairsContract {
  private HsmLibrary library;
  private HsmToken token;
  private KeyPairs pairs;

  abstract HsmLibrary open(SoftHsmToken soft, Duration callMax);

  @BeforeAll
  void provision(@TempDir Path folder) {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "pairs", "1234");
    Duration callMax = Duration.ofSeconds(60);
    library = open(soft, callMax);
    token =
        library.token(
            SlotChoice.byLabel("pairs"),
            soft.pinSource(),
            new TokenSettings(OptionalInt.of(2), callMax, false, false));
    pairs = KeyPairs.of(token);
  }

  @AfterAll
  void close() {
    token.close();
    library.close();
  }

  private HsmKey publicHalf(HsmKey key) {
    return token
        .keys(
            new KeySearch(
                Optional.of(key.label()), Optional.of(key.id()), Optional.of(KeyClass.PUBLIC)))
        .getFirst();
  }

  private static String id() {
    return NewKey.randomId(new SecureRandom());
  }

  private static byte[] digest() throws Exception {
    return MessageDigest.getInstance("SHA-256").digest(new byte[] {1, 2, 3});
  }

  @ParameterizedTest
  @EnumSource(Curve.class)
  void signsOnEveryCurveWithAKeyThatCannotLeave(Curve curve) throws Exception {
    HsmKey key = pairs.generate(NewKeyPair.on(curve, "c-" + curve, id()));
    SignMode mode = curve.edwards() ? new SignMode.EdDsa() : new SignMode.Ecdsa();

    byte[] signature = pairs.sign(key, mode, digest());

    assertThat(key.is(KeyFlag.SENSITIVE)).isTrue();
    assertThat(key.isNot(KeyFlag.EXTRACTABLE)).isTrue();
    assertThat(signature).hasSize(2 * ((curve.bits() + 7) / 8));
    HsmKey other = publicHalf(key);
    assertThat(pairs.publicPoint(other).curve()).isEqualTo(curve);
    assertThat(pairs.verify(other, mode, digest(), signature)).isTrue();
    signature[5] ^= 1;
    assertThat(pairs.verify(other, mode, digest(), signature)).isFalse();
  }

  @Test
  void signsByRsaPss() throws Exception {
    HsmKey key = pairs.generate(NewKeyPair.rsa(2048, NewKeyPair.Use.SIGN, "pss", id()));
    SignMode mode = new SignMode.Pss(OaepHash.SHA256);

    byte[] signature = pairs.sign(key, mode, digest());

    assertThat(pairs.verify(publicHalf(key), mode, digest(), signature)).isTrue();
    assertThat(pairs.verify(publicHalf(key), mode, digest(), new byte[3])).isFalse();
  }

  @Test
  void signsByRsaPkcs1() throws Exception {
    HsmKey key = pairs.generate(NewKeyPair.rsa(2048, NewKeyPair.Use.SIGN, "pkcs1", id()));

    byte[] signature = pairs.sign(key, new SignMode.Pkcs1(), digest());

    assertThat(pairs.verify(publicHalf(key), new SignMode.Pkcs1(), digest(), signature)).isTrue();
  }

  @Test
  void aPairThatEncryptsDoesNotSign() throws Exception {
    HsmKey key = pairs.generate(NewKeyPair.rsa(2048, NewKeyPair.Use.ENCRYPT, "enc", id()));

    assertThatThrownBy(() -> pairs.sign(key, new SignMode.Pss(OaepHash.SHA256), digest()))
        .isInstanceOf(HsmFault.Rejected.class);
  }

  @Test
  void refusesSizesThatAreNotSafe() {
    assertThatThrownBy(() -> NewKeyPair.rsa(1024, NewKeyPair.Use.SIGN, "small", "01"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
