package strongroom.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

class TokenStoreTest {
  private final Tokens tokens = new Tokens();
  private final TokenStore store = tokens.store;

  @Test
  void findsATokenByItsTextAndByItsAccessor() {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    assertThat(store.lookup(token.text())).contains(token.entry());
    assertThat(store.lookupAccessor(token.entry().accessor())).contains(token.entry());
  }

  @Test
  void findsNothingForTextThatIsNoToken() {
    tokens.make(Tokens.service("", 0));
    for (String text :
        List.of("", "hvs.", "hvb.", "hvb.!!!", "hvb.AAAA", "../id", "a".repeat(9000))) {
      assertThat(store.lookup(text)).isEmpty();
    }
    for (String text : List.of("", "x", "../salt", "a/b", "a".repeat(200))) {
      assertThat(store.lookupAccessor(text)).isEmpty();
    }
  }

  @Test
  void makesTokensThatDifferAndLookLikeVaults() {
    Set<String> texts = new HashSet<>();
    for (int i = 0; i < 200; i++) {
      IssuedToken token = tokens.make(Tokens.service("", 0));
      assertThat(token.text()).matches("hvs\\.[0-9A-Za-z]{24,}");
      assertThat(token.entry().accessor()).matches("[0-9A-Za-z]{24}");
      texts.add(token.text());
      texts.add(token.entry().accessor());
    }
    assertThat(texts).hasSize(400);
  }

  @Test
  void storesNeitherATokenNorItsPlainHash() throws Exception {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    String plain =
        java.util.HexFormat.of()
            .formatHex(
                java.security.MessageDigest.getInstance("SHA-256")
                    .digest(token.text().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    for (String key : tokens.keysBelow("")) {
      String value =
          new String(
              tokens.barrier.get(key).orElseThrow(), java.nio.charset.StandardCharsets.ISO_8859_1);
      assertThat(key + value).doesNotContain(token.text()).doesNotContain(plain);
    }
    assertThat(token.toString() + token.entry()).doesNotContain(token.text());
  }

  @Test
  void aTokenIsGoodOnlyOnceItsTransactionIsCommitted() {
    try (Transaction transaction = new Transaction(tokens.barrier)) {
      IssuedToken token = store.create(transaction, Tokens.service("", 0));
      assertThat(tokens.alive(token)).isFalse();
      transaction.rollback();
      transaction.commit();
      assertThat(tokens.alive(token)).isFalse();
    }
    assertThat(store.accessors()).isEmpty();
  }

  @Test
  void knowsItsTokensAfterARestart() {
    IssuedToken service = tokens.make(Tokens.service("", 3));
    IssuedToken batch = tokens.make(Tokens.batch(""));
    TokenStore again = tokens.reopened();
    assertThat(again.lookup(service.text())).contains(service.entry());
    assertThat(again.lookup(batch.text())).contains(batch.entry());
  }

  @Test
  void aTokenEndsWithItsTime() {
    IssuedToken service = tokens.make(Tokens.service("", 0));
    IssuedToken batch = tokens.make(Tokens.batch(""));
    tokens.clock.move(Duration.ofHours(1).minusMillis(1));
    assertThat(tokens.alive(service)).isTrue();
    assertThat(tokens.alive(batch)).isTrue();
    tokens.clock.move(Duration.ofMillis(1));
    assertThat(tokens.alive(service)).isFalse();
    assertThat(tokens.alive(batch)).isFalse();
    assertThat(store.lookupAccessor(service.entry().accessor())).isEmpty();
  }

  @Test
  void aRootTokenNeverEnds() {
    IssuedToken root = tokens.committed(t -> store.createRoot(t, Optional.empty()));
    tokens.clock.move(Duration.ofDays(40_000));
    assertThat(store.lookup(root.text()).orElseThrow().root()).isTrue();
  }

  @Test
  void sweepingRevokesWhatHasEndedWithAllBelowItAndNothingElse() {
    IssuedToken root = tokens.committed(t -> store.createRoot(t, Optional.empty()));
    IssuedToken parent = tokens.make(Tokens.service("", 0));
    tokens.clock.move(Duration.ofMinutes(30));
    IssuedToken child = tokens.child(parent);
    IssuedToken other = tokens.make(Tokens.service("", 0));
    tokens.clock.move(Duration.ofMinutes(31));
    assertThat(tokens.alive(child)).isTrue();

    assertThat(store.sweep()).isEqualTo(1);

    assertThat(tokens.alive(child)).isFalse();
    assertThat(tokens.alive(other)).isTrue();
    assertThat(tokens.alive(root)).isTrue();
    assertThat(tokens.keysBelow("sys/token/expiry/")).hasSize(1);
    assertThat(tokens.keysBelow("sys/token/parent/")).isEmpty();
    assertThat(store.sweep()).isZero();
  }

  @Test
  void sweepingLeavesATokenThatWasRenewed() {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    tokens.clock.move(Duration.ofMinutes(59));
    tokens.committed(t -> store.renew(t, token.entry(), Optional.empty(), Duration.ofDays(32)));
    tokens.clock.move(Duration.ofMinutes(2));
    assertThat(store.sweep()).isZero();
    assertThat(tokens.alive(token)).isTrue();
    tokens.clock.move(Duration.ofHours(1));
    assertThat(store.sweep()).isEqualTo(1);
    assertThat(tokens.keysBelow("sys/token/id/")).isEmpty();
    assertThat(tokens.keysBelow("sys/token/expiry/")).isEmpty();
  }

  @Test
  void refusesAChosenTextThatATokenHasAlready() {
    tokens.committed(t -> store.createRoot(t, Optional.of("chosen")));
    assertThat(store.lookup("chosen")).isPresent();
    assertThatThrownBy(() -> tokens.committed(t -> store.createRoot(t, Optional.of("chosen"))))
        .isInstanceOf(RefusedException.class)
        .hasMessageContaining("duplicate");
  }

  @Test
  void refusesAChildOfATokenThatIsGone() {
    IssuedToken parent = tokens.make(Tokens.service("", 0));
    tokens.committed(
        t -> {
          store.revokeTree(t, parent.entry());
          return true;
        });
    assertThatThrownBy(() -> tokens.child(parent)).isInstanceOf(RefusedException.class);
    assertThat(tokens.keysBelow("sys/token/parent/")).isEmpty();
  }

  @Test
  void ofThirtyRacingRequestsExactlyAsManyWinAsTheTokenHasUses() throws Exception {
    for (int uses : List.of(1, 2, 7, 29)) {
      IssuedToken token = tokens.make(Tokens.service("", uses));
      AtomicInteger won = new AtomicInteger();
      AtomicInteger last = new AtomicInteger();
      Tokens.together(
          30,
          () -> {
            Optional<TokenEntry> seen = store.lookup(token.text());
            if (seen.isEmpty()) {
              return;
            }
            try (Transaction transaction = new Transaction(tokens.barrier)) {
              Optional<TokenEntry> used = store.use(transaction, seen.get());
              used.ifPresent(
                  entry -> {
                    won.incrementAndGet();
                    if (store.usedUp(entry)) {
                      last.incrementAndGet();
                      store.revokeTree(transaction, entry);
                    }
                  });
              transaction.commit();
            }
          });
      assertThat(won).hasValue(uses);
      assertThat(last).hasValue(1);
      assertThat(tokens.alive(token)).isFalse();
    }
    assertThat(tokens.keysBelow("sys/token/id/")).isEmpty();
  }

  @Test
  void aUseWhoseTransactionFailsIsNotTaken() {
    IssuedToken token = tokens.make(Tokens.service("", 1));
    try (Transaction transaction = new Transaction(tokens.barrier)) {
      assertThat(store.use(transaction, token.entry())).isPresent();
    }
    assertThat(tokens.alive(token)).isTrue();
    Optional<TokenEntry> used = tokens.committed(t -> store.use(t, token.entry()));
    assertThat(used).isPresent();
  }

  @Test
  void aTokenWithoutAUseCountIsUsedWithoutAWrite() {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    try (Transaction transaction = new Transaction(tokens.barrier)) {
      assertThat(store.use(transaction, token.entry())).contains(token.entry());
      assertThat(transaction.hasWrites()).isFalse();
    }
  }

  @Test
  void tidyRemovesAccessorsOfTokensThatAreGoneAndKeepsTheRest() {
    IssuedToken gone = tokens.make(Tokens.service("", 0));
    IssuedToken kept = tokens.make(Tokens.service("", 0));
    tokens.barrier.commit(new Batch().delete("sys/token/id/" + gone.entry().id()));
    assertThat(store.tidy()).isEqualTo(1);
    assertThat(store.accessors()).containsExactly(kept.entry().accessor());
  }

  @Test
  void namesADamagedEntry() {
    IssuedToken token = tokens.make(Tokens.service("", 0));
    String key = "sys/token/id/" + token.entry().id();
    for (String damage : List.of("", "{", "[]", "{}", "{\"id\":1}")) {
      tokens.barrier.commit(
          new Batch().put(key, damage.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
      TokenStore again = tokens.reopened();
      assertThatThrownBy(() -> again.lookup(token.text()))
          .isInstanceOf(StorageFault.Damaged.class)
          .hasMessageContaining(key);
    }
  }

  @Test
  void doesNotOpenWhereItsSecretsAreMissing() {
    assertThatThrownBy(
            () ->
                new TokenStore(
                    new InMemoryStorage(), Tokens.CUBBYHOLE, tokens.clock, tokens.random))
        .isInstanceOf(StorageFault.Damaged.class)
        .hasMessageContaining("salt");
  }

  @Test
  void accessorsOfMoreThanAPageOfTokensAreAllListed() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 1_201; i++) {
      made.add(tokens.make(Tokens.service("", 0)).entry().accessor());
    }
    assertThat(store.accessors()).containsExactlyInAnyOrderElementsOf(made);
  }
}
