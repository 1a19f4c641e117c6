package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class KeyPairsTest {
  @TempDir private static Path folder;
  private static HsmLibrary library;
  private static HsmToken token;
  private static KeyPairs pairs;

  @BeforeAll
  static void provision() {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "pairs", "1234");
    library = HsmLibrary.open(soft.library().toString(), TokenSettings.defaults().callMax());
    token = library.token(SlotChoice.byLabel("pairs"), soft.pinSource(), TokenSettings.defaults());
    pairs = KeyPairs.of(token);
  }

  @AfterAll
  static void close() {
    token.close();
    library.close();
  }

  private static HsmKey publicHalf(HsmKey key) {
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
