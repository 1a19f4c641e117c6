package strongroom.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.secret.SecretBytes;

class RootGenerationTest {
  private final Nodes nodes = new Nodes();
  private List<KeyShare> shares = List.of();

  @AfterEach
  void stop() {
    nodes.close();
  }

  private RootGeneration byHsm() {
    Node node = nodes.start(nodes.byHsm());
    Nodes.awaitUninitialized(node);
    shares = node.init(Nodes.initRecovery(3, 2)).recoveryKeys();
    return node.rootGeneration();
  }

  private RootGeneration byShares() {
    Node node = nodes.start(Nodes.shares());
    Nodes.awaitUninitialized(node);
    shares = node.init(Nodes.initShares(3, 2)).keys();
    node.unseal(share(0));
    node.unseal(share(1));
    return node.rootGeneration();
  }

  private SecretBytes share(int number) {
    return Nodes.share(shares.get(number));
  }

  @Test
  void combinesTheTokenWithAPasswordMadeHere() {
    RootGeneration generation = byHsm();
    RootGeneration.Status started = generation.start("", "");
    assertThat(started.started()).isTrue();
    assertThat(started.required()).isEqualTo(2);
    assertThat(started.oneTimePassword()).hasSize(28).matches("[0-9A-Za-z]+");
    assertThat(generation.status().oneTimePassword()).isEmpty();

    RootGeneration.Status one = generation.update(share(0), started.nonce());
    assertThat(one.progress()).isEqualTo(1);
    assertThat(one.complete()).isFalse();
    RootGeneration.Status done = generation.update(share(2), started.nonce());

    assertThat(done.complete()).isTrue();
    assertThat(done.encodedToken()).doesNotContain("=");
    assertThat(decoded(done.encodedToken(), started.oneTimePassword()))
        .isEqualTo("hvs.anotherroottoken00000001");
    assertThat(generation.status().started()).isFalse();
  }

  @Test
  void takesUnsealKeysWhereTheseProtectTheRootKey() {
    RootGeneration generation = byShares();
    String password = "0123456789012345678901234567";
    RootGeneration.Status started = generation.start(password, "");
    assertThat(started.oneTimePassword()).isEmpty();
    generation.update(share(1), started.nonce());

    assertThat(decoded(generation.update(share(2), started.nonce()).encodedToken(), password))
        .startsWith("hvs.");
  }

  @Test
  void encryptsTheTokenForAKey() {
    RootGeneration generation = byHsm();
    PgpHolder holder = new PgpHolder();
    RootGeneration.Status started = generation.start("", holder.publicKey());
    assertThat(started.pgpFingerprint()).isEqualTo(holder.fingerprint());
    generation.update(share(1), started.nonce());
    RootGeneration.Status done = generation.update(share(2), started.nonce());

    byte[] message = Base64.getDecoder().decode(done.encodedToken());
    assertThat(new String(holder.decrypt(message), UTF_8))
        .isEqualTo("hvs.anotherroottoken00000001");
  }

  @Test
  void refusesWrongSharesAndStartsTheirCountAnew() {
    RootGeneration generation = byHsm();
    String nonce = generation.start("", "").nonce();
    generation.update(share(0), nonce);

    assertThatThrownBy(() -> generation.update(SecretBytes.random(33, new SecureRandom()), nonce))
        .isInstanceOf(RefusedException.class);
    assertThat(generation.status().progress()).isZero();
    assertThat(generation.status().started()).isTrue();
    generation.update(share(0), nonce);
    assertThat(generation.update(share(1), nonce).complete()).isTrue();
  }

  @Test
  void refusesAnotherNonceASecondStartAndWhatCannotBe() {
    RootGeneration generation = byHsm();
    assertThatThrownBy(() -> generation.update(share(0), "x"))
        .hasMessageContaining("no root generation in progress");
    assertThatThrownBy(() -> generation.start("short", "")).hasMessageContaining("28");
    assertThatThrownBy(() -> generation.start("", "keybase:me"))
        .isInstanceOf(RefusedException.class);
    generation.start("", "");
    assertThatThrownBy(() -> generation.start("", "")).hasMessageContaining("in progress");
    SecretBytes share = share(0);
    assertThatThrownBy(() -> generation.update(share, "x")).hasMessageContaining("nonce");
    assertThat(share.isClosed()).isTrue();

    generation.cancel();
    assertThat(generation.status().started()).isFalse();
  }

  @Test
  void needsTheHsmAndSaysSoWhereItIsAway() {
    RootGeneration generation = byHsm();
    String nonce = generation.start("", "").nonce();
    generation.update(share(0), nonce);
    nodes.hsm.pull();

    assertThatThrownBy(() -> generation.update(share(1), nonce)).hasMessageContaining("away");
    nodes.hsm.putBack();
    generation.update(share(0), nonce);
    assertThat(generation.update(share(1), nonce).complete()).isTrue();
  }

  private static String decoded(String encoded, String password) {
    byte[] bytes = Base64.getDecoder().decode(encoded);
    byte[] key = password.getBytes(UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= key[i];
    }
    return new String(bytes, UTF_8);
  }
}
