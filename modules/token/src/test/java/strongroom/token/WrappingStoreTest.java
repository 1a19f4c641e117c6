package strongroom.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

class WrappingStoreTest {
  private static final JsonObject SECRET =
      JsonObject.builder().put("password", "correct horse").build();

  private final Tokens tokens = new Tokens();
  private final WrappingStore wrapping = new WrappingStore(tokens.store, Tokens.CUBBYHOLE);

  private Fields wrap(Response answer) {
    Response told =
        tokens.committed(t -> wrapping.wrap(t, answer, Duration.ofMinutes(5), "secret/data/a"));
    assertThat(told.data()).isEmpty();
    assertThat(told.auth()).isEmpty();
    return new Fields(told.wrapping().orElseThrow().body());
  }

  private String wrapped() {
    return wrap(Response.of(SECRET)).requiredString("token");
  }

  private Response unwrap(String token) {
    return tokens.committed(t -> wrapping.unwrap(t, token));
  }

  @Test
  void tellsOfTheWrappingWhatVaultDoes() {
    Fields info = wrap(Response.of(SECRET));
    assertThat(info.body().members().keySet())
        .containsExactly("token", "accessor", "ttl", "creation_time", "creation_path");
    assertThat(info.integer("ttl")).contains(300L);
    assertThat(info.string("creation_path")).contains("secret/data/a");
    assertThat(info.string("creation_time")).contains("2026-01-02T03:04:05Z");
  }

  @Test
  void unwrappingGivesTheAnswerOnceAndLeavesNothing() {
    String token = wrapped();
    assertThat(unwrap(token).data()).contains(SECRET);
    assertThatThrownBy(() -> unwrap(token))
        .isInstanceOf(RefusedException.class)
        .hasMessage("wrapping token is not valid or does not exist");
    assertThat(tokens.keysBelow(Tokens.CUBBYHOLE)).isEmpty();
    assertThat(tokens.keysBelow("sys/token/id/")).isEmpty();
    assertThat(tokens.keysBelow("sys/token/expiry/")).isEmpty();
  }

  @Test
  void ofThirtyRacingUnwrapsExactlyOneGetsTheAnswer() throws Exception {
    for (int round = 0; round < 50; round++) {
      String token = wrapped();
      AtomicInteger got = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      Tokens.together(
          30,
          () -> {
            try {
              Response answer = unwrap(token);
              assertThat(answer.data()).contains(SECRET);
              got.incrementAndGet();
            } catch (RefusedException e) {
              refused.incrementAndGet();
            }
          });
      assertThat(got).hasValue(1);
      assertThat(refused).hasValue(29);
    }
  }

  @Test
  void ofRacingUnwrapsAndRewrapsExactlyOneGetsTheAnswer() throws Exception {
    for (int round = 0; round < 50; round++) {
      String token = wrapped();
      AtomicInteger turn = new AtomicInteger();
      AtomicInteger got = new AtomicInteger();
      Tokens.together(
          30,
          () -> {
            boolean again = turn.getAndIncrement() % 2 == 0;
            try {
              Response answer =
                  again ? tokens.committed(t -> wrapping.rewrap(t, token)) : unwrap(token);
              assertThat(answer.status()).isEqualTo(200);
              got.incrementAndGet();
            } catch (RefusedException e) {
              assertThat(e).hasMessageContaining("not valid");
            }
          });
      assertThat(got).hasValue(1);
    }
  }

  @Test
  void anUnwrapThatIsNotCommittedLeavesTheAnswerToBeHad() {
    String token = wrapped();
    assertThatThrownBy(
            () ->
                tokens.committed(
                    t -> {
                      wrapping.unwrap(t, token);
                      throw new IllegalStateException("the commit is never reached");
                    }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(unwrap(token).data()).contains(SECRET);
  }

  @Test
  void aWrappingTokenEndsWithItsTime() {
    String token = wrapped();
    tokens.clock.move(Duration.ofMinutes(5));
    assertThat(wrapping.isWrapping(token)).isFalse();
    assertThatThrownBy(() -> unwrap(token)).isInstanceOf(RefusedException.class);
    tokens.clock.move(Duration.ofSeconds(1));
    assertThat(tokens.store.sweep()).isEqualTo(1);
    assertThat(tokens.keysBelow(Tokens.CUBBYHOLE)).isEmpty();
  }

  @Test
  void rewrappingMovesTheAnswerBehindAnotherTokenWithTheFirstLifetimeAndPath() {
    String first = wrapped();
    tokens.clock.move(Duration.ofMinutes(4));
    Response again = tokens.committed(t -> wrapping.rewrap(t, first));
    Fields info = new Fields(again.wrapping().orElseThrow().body());
    String second = info.requiredString("token");
    assertThat(second).isNotEqualTo(first);
    assertThat(info.integer("ttl")).contains(300L);
    assertThat(info.string("creation_path")).contains("secret/data/a");
    assertThatThrownBy(() -> unwrap(first)).isInstanceOf(RefusedException.class);
    tokens.clock.move(Duration.ofMinutes(4));
    assertThat(unwrap(second).data()).contains(SECRET);
  }

  @Test
  void lookingUpTellsOfTheWrappingAndDoesNotUseIt() {
    String token = wrapped();
    for (int i = 0; i < 3; i++) {
      Response told = tokens.committed(t -> wrapping.lookup(t, token));
      Fields fields = new Fields((JsonObject) told.data().orElseThrow());
      assertThat(fields.string("creation_path")).contains("secret/data/a");
      assertThat(fields.integer("creation_ttl")).contains(300L);
      assertThat(fields.string("creation_time")).contains("2026-01-02T03:04:05Z");
    }
    assertThat(unwrap(token).data()).contains(SECRET);
  }

  @Test
  void aLoginIsWrappedWithItsTokenAndSaysItsAccessor() {
    IssuedToken inner = tokens.make(Tokens.service("", 0));
    Fields info = wrap(Response.of(inner.toAuth(List.of())));
    assertThat(info.string("wrapped_accessor")).contains(inner.entry().accessor());
    Response answer = unwrap(info.requiredString("token"));
    assertThat(answer.auth().orElseThrow().clientToken()).isEqualTo(inner.text());
    assertThat(answer.auth().orElseThrow().body()).isEqualTo(inner.toAuth(List.of()).body());
  }

  @Test
  void warningsAreWrappedToo() {
    String token = wrap(Response.of(SECRET).warning(List.of("look here"))).requiredString("token");
    assertThat(unwrap(token).warnings()).containsExactly("look here");
  }

  @Test
  void refusesATokenThatWrapsNothing() {
    String ordinary = tokens.make(Tokens.service("", 1)).text();
    String root = tokens.committed(t -> tokens.store.createRoot(t, Optional.empty())).text();
    for (String token : List.of(ordinary, root, "", "hvs.nothing")) {
      assertThat(wrapping.isWrapping(token)).isFalse();
      assertThatThrownBy(() -> unwrap(token))
          .isInstanceOf(RefusedException.class)
          .hasMessage("wrapping token is not valid or does not exist");
      assertThatThrownBy(() -> tokens.committed(t -> wrapping.lookup(t, token)))
          .isInstanceOf(RefusedException.class);
      assertThatThrownBy(() -> tokens.committed(t -> wrapping.rewrap(t, token)))
          .isInstanceOf(RefusedException.class);
    }
    assertThat(tokens.store.lookup(ordinary)).isPresent();
  }
}
