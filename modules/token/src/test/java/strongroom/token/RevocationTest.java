package strongroom.token;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;

class RevocationTest {
  private final Tokens tokens = new Tokens();
  private final TokenStore store = tokens.store;

  private void revokeTree(IssuedToken token) {
    tokens.committed(
        t -> {
          store.revokeTree(t, token.entry());
          return true;
        });
  }

  private void revokeOrphan(IssuedToken token) {
    tokens.committed(
        t -> {
          store.revokeOrphan(t, token.entry());
          return true;
        });
  }

  @Test
  void revokingATokenRevokesAllBelowItAndNothingBesideOrAboveIt() {
    IssuedToken top = tokens.make(Tokens.service("", 0));
    IssuedToken middle = tokens.child(top);
    IssuedToken sibling = tokens.child(top);
    List<IssuedToken> below = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      IssuedToken child = tokens.child(middle);
      below.add(child);
      below.add(tokens.child(child));
    }

    revokeTree(middle);

    assertThat(tokens.alive(middle)).isFalse();
    assertThat(below).noneMatch(tokens::alive);
    assertThat(tokens.alive(top)).isTrue();
    assertThat(tokens.alive(sibling)).isTrue();
    assertThat(store.accessors()).hasSize(2);
    assertThat(tokens.keysBelow("sys/token/parent/")).hasSize(1);
    assertThat(tokens.keysBelow("sys/token/expiry/")).hasSize(2);
  }

  @Test
  void revokingATreeLargerThanOneCommitLeavesNothing() {
    IssuedToken top = tokens.make(Tokens.service("", 0));
    for (int i = 0; i < 40; i++) {
      IssuedToken child = tokens.child(top);
      for (int j = 0; j < 30; j++) {
        tokens.child(child);
      }
    }
    assertThat(store.accessors()).hasSize(1 + 40 + 40 * 30);
    revokeTree(top);
    for (String folder : List.of("id/", "accessor/", "parent/", "expiry/")) {
      assertThat(tokens.keysBelow("sys/token/" + folder)).isEmpty();
    }
  }

  @Test
  void revokingATokenRemovesItsCubbyhole() {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    IssuedToken other = tokens.make(Tokens.service("", 0));
    for (IssuedToken each : List.of(token, other)) {
      String folder = Tokens.CUBBYHOLE + each.entry().id();
      tokens.barrier.commit(
          new Batch()
              .put(folder + "/a", "1".getBytes(UTF_8))
              .put(folder + "/deep/er/b", "2".getBytes(UTF_8)));
    }
    revokeTree(token);
    assertThat(tokens.keysBelow(Tokens.CUBBYHOLE))
        .hasSize(2)
        .allMatch(key -> key.contains(other.entry().id()));
  }

  @Test
  void revokingAnOrphansParentAloneLeavesItsChildrenAsOrphans() {
    IssuedToken top = tokens.make(Tokens.service("", 0));
    IssuedToken parent = tokens.child(top);
    IssuedToken child = tokens.child(parent);
    IssuedToken grandchild = tokens.child(child);

    revokeOrphan(parent);

    assertThat(tokens.alive(parent)).isFalse();
    assertThat(store.lookup(child.text()).orElseThrow().orphan()).isTrue();
    assertThat(store.lookup(grandchild.text()).orElseThrow().orphan()).isFalse();
    revokeTree(top);
    assertThat(tokens.alive(child)).isTrue();
    revokeTree(child);
    assertThat(tokens.alive(grandchild)).isFalse();
    assertThat(tokens.keysBelow("sys/token/parent/")).isEmpty();
  }

  @Test
  void aBatchTokenIsNotRevokedButEndsWithItsParent() {
    IssuedToken parent = tokens.make(Tokens.service("", 0));
    IssuedToken child = tokens.make(Tokens.batch(parent.entry().id()));
    IssuedToken orphan = tokens.make(Tokens.batch(""));
    assertThatThrownBy(() -> revokeTree(child)).isInstanceOf(RefusedException.class);
    assertThatThrownBy(() -> revokeOrphan(child)).isInstanceOf(RefusedException.class);
    assertThat(tokens.alive(child)).isTrue();

    revokeTree(parent);

    assertThat(tokens.alive(child)).isFalse();
    assertThat(tokens.alive(orphan)).isTrue();
  }

  @Test
  void aBatchTokenEndsWhenItsParentsTimeIsOver() {
    IssuedToken parent = tokens.make(Tokens.service("", 0));
    tokens.clock.move(Duration.ofMinutes(30));
    IssuedToken child = tokens.make(Tokens.batch(parent.entry().id()));
    tokens.clock.move(Duration.ofMinutes(31));
    assertThat(tokens.alive(child)).isFalse();
  }

  @Test
  void aBatchTokenOfAnotherServerOrChangedByOneCharacterIsNoToken() {
    IssuedToken token = tokens.make(Tokens.batch(""));
    assertThat(new Tokens().store.lookup(token.text())).isEmpty();
    String text = token.text();
    for (int at = 4; at < text.length() - 1; at++) {
      char other = text.charAt(at) == 'A' ? 'B' : 'A';
      assertThat(store.lookup(text.substring(0, at) + other + text.substring(at + 1))).isEmpty();
    }
  }

  @Test
  void noTokenOfATreeOutlivesItsRevocationHoweverManyAreMadeMeanwhile() throws Exception {
    for (int round = 0; round < 40; round++) {
      IssuedToken top = tokens.make(Tokens.service("", 0));
      IssuedToken middle = tokens.child(top);
      IssuedToken low = tokens.child(middle);
      Queue<IssuedToken> made = new ConcurrentLinkedQueue<>();
      AtomicInteger turn = new AtomicInteger();
      Tokens.together(
          30,
          () -> {
            int mine = turn.getAndIncrement();
            if (mine == 15) {
              revokeTree(top);
              return;
            }
            IssuedToken parent = List.of(top, middle, low).get(mine % 3);
            try {
              made.add(tokens.child(parent));
            } catch (RefusedException e) {
              assertThat(tokens.alive(parent)).isFalse();
            }
          });
      assertThat(made).noneMatch(tokens::alive);
      assertThat(tokens.keysBelow("sys/token/id/")).isEmpty();
      assertThat(tokens.keysBelow("sys/token/parent/")).isEmpty();
    }
  }

  @Test
  void revokingTreesThatAreWithinEachOtherAtOnceEndsAll() throws Exception {
    for (int round = 0; round < 20; round++) {
      Queue<IssuedToken> chain = new ConcurrentLinkedQueue<>();
      IssuedToken last = tokens.make(Tokens.service("", 0));
      chain.add(last);
      for (int i = 1; i < 30; i++) {
        last = tokens.child(last);
        chain.add(last);
      }
      Tokens.together(30, () -> revokeTree(chain.remove()));
      assertThat(tokens.keysBelow("sys/token/id/")).isEmpty();
      assertThat(tokens.keysBelow("sys/token/parent/")).isEmpty();
    }
  }

  @Test
  void aUseThatRacesWithItsParentsLoneRevocationIsNotGivenBack() throws Exception {
    for (int round = 0; round < 200; round++) {
      IssuedToken parent = tokens.make(Tokens.service("", 0));
      IssuedToken child = tokens.make(Tokens.service(parent.entry().id(), 5));
      AtomicInteger turn = new AtomicInteger();
      AtomicInteger taken = new AtomicInteger();
      Tokens.together(
          4,
          () -> {
            if (turn.getAndIncrement() == 1) {
              revokeOrphan(parent);
              return;
            }
            Optional<TokenEntry> used = tokens.committed(t -> store.use(t, child.entry()));
            if (used.isPresent()) {
              taken.incrementAndGet();
            }
          });
      TokenEntry after = store.lookup(child.text()).orElseThrow();
      assertThat(after.usesLeft()).isEqualTo(5 - taken.get());
      assertThat(after.orphan()).isTrue();
      assertThat(tokens.reopened().lookup(child.text())).contains(after);
    }
  }
}
