package strongroom.barrier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;
import strongroom.testkit.FaultyStorage;

class SealWrapTest {
  private static final String WRAPPED = "logical/wrapped-uuid/a";
  private static final String OTHER_WRAPPED = "logical/other-uuid/a";
  private static final String PLAIN = "logical/plain-uuid/a";
  private static final String OWN = "sys/token/salt";

  private final SecureRandom random = new SecureRandom();
  private final SealWrap wrap = wrap(true);
  private final SecretBytes rootKey = RootKey.random(random);
  private final FaultyStorage physical = new FaultyStorage();
  private final Barrier barrier = Barrier.create(physical, rootKey, source(wrap));

  private static SealWrap wrap(boolean enabled) {
    SealWrap wrap = new SealWrap(enabled, Set.of(OWN, "sys/pins/", "audit/"));
    wrap.setMounts(Set.of("logical/wrapped-uuid/", "logical/other-uuid/"));
    return wrap;
  }

  private Barrier.Source source(SealWrap listed) {
    return new Barrier.Source(Clock.systemUTC(), random, listed);
  }

  @Test
  void sealsTwiceWhatIsListedAndNothingElse() {
    for (String path :
        List.of(WRAPPED, OWN, "sys/pins/hsm/one", "audit/u/salt", PLAIN, "sys/token/id/1")) {
      put(path, "value of " + path);
    }

    assertThat(isTwice(WRAPPED)).isTrue();
    assertThat(isTwice(OWN)).isTrue();
    assertThat(isTwice("sys/pins/hsm/one")).isTrue();
    assertThat(isTwice("audit/u/salt")).isTrue();
    assertThat(isTwice(PLAIN)).isFalse();
    assertThat(isTwice("sys/token/id/1")).isFalse();
    Barrier again = Barrier.open(physical, rootKey, source(new SealWrap(true, Set.of())));
    assertThat(text(again, WRAPPED)).isEqualTo("value of " + WRAPPED);
    assertThat(text(again, PLAIN)).isEqualTo("value of " + PLAIN);
  }

  @Test
  void theDataKeyAloneOpensNothingThatIsWrapped() throws Exception {
    put(WRAPPED, "the secret");
    put(PLAIN, "in reach");
    byte[] dataKey = barrier.currentTerm().cipher().viewKey().withHeapCopy(byte[]::clone);

    try (AesGcm known = new AesGcm(SecretBytes.takeFrom(dataKey))) {
      assertThat(opened(known, PLAIN)).contains("in reach");
      assertThat(opened(known, WRAPPED)).doesNotContain("the secret");
    }
  }

  private String opened(AesGcm dataKey, String path) throws Exception {
    byte[] stored = physical.get(path).orElseThrow();
    return new String(dataKey.decrypt(Envelope.associated(stored, 5, path), stored, 5), UTF_8);
  }

  @Test
  void neitherHalfOfTheRootKeyOpensTheKeyring() throws Exception {
    byte[] stored = physical.get(Keyring.PATH).orElseThrow();
    try (SecretBytes root = RootKey.root(rootKey);
        SecretBytes wrapHalf = RootKey.wrap(rootKey)) {
      for (SecretBytes half : List.of(root, wrapHalf)) {
        assertThatThrownBy(() -> Barrier.open(physical, half, source(wrap)))
            .isInstanceOf(BarrierFault.WrongRootKey.class);
      }
    }

    // Not the check of the commitment only: what the root key gives is ciphertext.
    byte[] header = java.util.Arrays.copyOf(stored, 33);
    byte[] dataKey = barrier.currentTerm().cipher().viewKey().withHeapCopy(byte[]::clone);
    try (AesGcm root = new AesGcm(RootKey.root(rootKey));
        AesGcm wrapKey = new AesGcm(RootKey.wrap(rootKey))) {
      byte[] associated = Envelope.associated(header, 33, Keyring.PATH);
      byte[] once = root.decrypt(associated, stored, 33);
      assertThat(hex(once)).doesNotContain(hex(dataKey));
      assertThat(hex(wrapKey.decrypt(associated, once, 0))).contains(hex(dataKey));
    }
  }

  @Test
  void eachFolderHasAKeyOfItsOwn() {
    put(WRAPPED, "one");
    byte[] stored = physical.get(WRAPPED).orElseThrow();
    String moved = "logical/other-uuid/a";
    Term term = barrier.currentTerm();

    byte[] one = term.withSecond("logical/wrapped-uuid/", c -> keyOf(c));
    byte[] other = term.withSecond("logical/other-uuid/", c -> keyOf(c));
    assertThat(one).isNotEqualTo(other);
    assertThat(term.withSecond("logical/wrapped-uuid/", c -> keyOf(c))).isEqualTo(one);
    physical.commit(new Batch().put(moved, stored));
    assertThatThrownBy(() -> barrier.get(moved)).isInstanceOf(StorageFault.Damaged.class);
  }

  private static byte[] keyOf(AesGcm cipher) {
    return cipher.viewKey().withHeapCopy(byte[]::clone);
  }

  @Test
  void refusesEveryFlippedByteAndEveryCutOfAWrappedEntry() {
    put(WRAPPED, "one");
    byte[] stored = physical.get(WRAPPED).orElseThrow();
    for (int i = 0; i < stored.length; i++) {
      byte[] flipped = stored.clone();
      flipped[i] ^= 0x03;
      refused(flipped);
      refused(java.util.Arrays.copyOf(stored, i));
    }
  }

  private void refused(byte[] value) {
    physical.commit(new Batch().put(WRAPPED, value));
    assertThatThrownBy(() -> barrier.get(WRAPPED)).isInstanceOf(StorageFault.Damaged.class);
  }

  @Test
  void aDataFolderFromBeforeOpensAndGetsItsWrapKeyInOneBatch() {
    FaultyStorage old = new FaultyStorage();
    try (SecretBytes before = SecretBytes.random(32, random)) {
      Barrier open = Barrier.create(old, before, source(wrap));
      open.commit(new Batch().put(WRAPPED, bytes("written before")));
      assertThat(open.hasWrapKey()).isFalse();
      assertThat(Envelope.isTwice(old.get(WRAPPED).orElseThrow())).isFalse();

      open.changeRootKey(rootKey, new Batch().put("core/seal-config", bytes("record")));

      assertThat(open.hasWrapKey()).isTrue();
      open.commit(new Batch().put(OTHER_WRAPPED, bytes("written after")));
      assertThat(Envelope.isTwice(old.get(OTHER_WRAPPED).orElseThrow())).isTrue();
      Barrier again = Barrier.open(old, rootKey, source(wrap));
      assertThat(text(again, WRAPPED)).isEqualTo("written before");
      assertThat(text(again, OTHER_WRAPPED)).isEqualTo("written after");
      assertThat(again.keyStatus().term()).isEqualTo(2);
    }
  }

  @Test
  void aWrapKeyThatCouldNotBeStoredLeavesAllAsItWas() {
    FaultyStorage old = new FaultyStorage();
    try (SecretBytes before = SecretBytes.random(32, random)) {
      Barrier open = Barrier.create(old, before, source(wrap));
      old.failNextCommit(new StorageFault.Unavailable("the disk is full", null));

      assertThatThrownBy(() -> open.changeRootKey(rootKey, new Batch()))
          .isInstanceOf(StorageFault.class);

      assertThat(open.hasWrapKey()).isFalse();
      open.commit(new Batch().put(WRAPPED, bytes("as ever")));
      assertThat(text(Barrier.open(old, before, source(wrap)), WRAPPED)).isEqualTo("as ever");
    }
  }

  @Test
  void aNewRootKeyAndANewTermKeepWhatIsWrappedReadable() {
    put(WRAPPED, "one");
    try (SecretBytes next = RootKey.random(random)) {
      barrier.changeRootKey(next, new Batch());
      barrier.rotate();
      put(OTHER_WRAPPED, "two");

      Barrier again = Barrier.open(physical, next, source(wrap));
      assertThat(text(again, WRAPPED)).isEqualTo("one");
      assertThat(text(again, OTHER_WRAPPED)).isEqualTo("two");
      assertThatThrownBy(() -> Barrier.open(physical, rootKey, source(wrap)))
          .isInstanceOf(BarrierFault.WrongRootKey.class);
    }
  }

  @Test
  void whereItIsDisabledWhatWasWrappedIsReadAndRewrappedOnce() {
    put(WRAPPED, "one");
    Barrier disabled = Barrier.open(physical, rootKey, source(wrap(false)));

    assertThat(text(disabled, WRAPPED)).isEqualTo("one");
    disabled.commit(new Batch().put(OTHER_WRAPPED, bytes("two")));
    assertThat(isTwice(OTHER_WRAPPED)).isFalse();

    assertThat(disabled.rewrap(List.of(WRAPPED, OTHER_WRAPPED), disabled))
        .isEqualTo(new Barrier.Rewrapped(2, 1, 0));
    assertThat(isTwice(WRAPPED)).isFalse();
    assertThat(text(disabled, WRAPPED)).isEqualTo("one");
  }

  @Test
  void aRewrapBringsWhatIsListedToTheNewestTermAndLeavesTheRest() {
    put(WRAPPED, "old term");
    barrier.rotate();
    put(OTHER_WRAPPED, "new term");
    byte[] kept = physical.get(OTHER_WRAPPED).orElseThrow();
    physical.commit(new Batch().put("logical/other-uuid/damaged", new byte[] {2, 0, 0}));
    String gone = "logical/wrapped-uuid/gone";

    assertThat(
            barrier.rewrap(
                List.of(WRAPPED, OTHER_WRAPPED, "logical/other-uuid/damaged", gone), barrier))
        .isEqualTo(new Barrier.Rewrapped(3, 1, 1));

    assertThat(Envelope.term(physical.get(WRAPPED).orElseThrow())).isEqualTo(2);
    assertThat(text(barrier, WRAPPED)).isEqualTo("old term");
    assertThat(physical.get(OTHER_WRAPPED).orElseThrow()).isEqualTo(kept);
    assertThat(physical.get(gone)).isEmpty();
  }

  @Test
  void aRewrapNeverBringsBackWhatAWriterHasReplaced() throws Exception {
    AtomicBoolean done = new AtomicBoolean();
    Thread rewrapping =
        Thread.ofPlatform()
            .start(
                () -> {
                  for (int i = 0; i < 50; i++) {
                    barrier.rotate();
                    barrier.rewrap(List.of(WRAPPED), barrier);
                  }
                  done.set(true);
                });
    for (int i = 1; !done.get(); i++) {
      put(WRAPPED, String.valueOf(i));
      assertThat(text(barrier, WRAPPED)).isEqualTo(String.valueOf(i));
      barrier.commit(new Batch().delete(WRAPPED));
      assertThat(barrier.get(WRAPPED)).isEmpty();
    }
    rewrapping.join();
    assertThat(barrier.get(WRAPPED)).isEmpty();
    assertThat(barrier.keyStatus().term()).isEqualTo(51);
  }

  @Test
  void aClosedBarrierOpensNothingThatIsWrapped() {
    put(WRAPPED, "one");
    barrier.close();

    assertThatThrownBy(() -> barrier.get(WRAPPED)).isInstanceOf(StorageFault.Unavailable.class);
    assertThatThrownBy(() -> barrier.rewrap(List.of(WRAPPED), barrier))
        .isInstanceOf(StorageFault.Unavailable.class);
  }

  private boolean isTwice(String path) {
    return Envelope.isTwice(physical.get(path).orElseThrow());
  }

  private void put(String path, String value) {
    barrier.commit(new Batch().put(path, bytes(value)));
  }

  private static String text(Barrier from, String path) {
    return new String(from.get(path).orElseThrow(), UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private static String hex(byte[] bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }
}
