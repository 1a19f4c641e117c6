package strongroom.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.logical.RefusedException;

class RenewalTest {
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration MOUNT_MAX = Duration.ofHours(10);

  private final Tokens tokens = new Tokens();

  private IssuedToken token(Duration explicitMax, Duration period, boolean renewable) {
    return tokens.make(
        new TokenRequest(
            TokenType.SERVICE,
            "",
            Tokens.grant("default"),
            period.isZero() ? HOUR : period,
            explicitMax,
            period,
            renewable,
            0,
            Optional.empty()));
  }

  private TokenEntry renew(IssuedToken token, Optional<Duration> wanted) {
    return tokens.committed(t -> tokens.store.renew(t, token.entry(), wanted, MOUNT_MAX));
  }

  private Duration left(IssuedToken token) {
    return tokens.store.lookup(token.text()).orElseThrow().remaining(tokens.clock.instant());
  }

  @Test
  void givesWhatIsWishedFromNowOn() {
    IssuedToken token = token(Duration.ZERO, Duration.ZERO, true);
    tokens.clock.move(Duration.ofMinutes(50));
    TokenEntry after = renew(token, Optional.of(Duration.ofHours(2)));
    assertThat(after.life().renewedAt()).contains(tokens.clock.instant());
    assertThat(left(token)).isEqualTo(Duration.ofHours(2));
  }

  @Test
  void givesTheFirstLifetimeWhereNothingOrZeroIsWished() {
    IssuedToken token = token(Duration.ZERO, Duration.ZERO, true);
    tokens.clock.move(Duration.ofMinutes(50));
    renew(token, Optional.empty());
    assertThat(left(token)).isEqualTo(HOUR);
    tokens.clock.move(Duration.ofMinutes(50));
    renew(token, Optional.of(Duration.ZERO));
    assertThat(left(token)).isEqualTo(HOUR);
  }

  @Test
  void aShorterWishShortensTheLife() {
    IssuedToken token = token(Duration.ZERO, Duration.ZERO, true);
    renew(token, Optional.of(Duration.ofMinutes(1)));
    assertThat(left(token)).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void neverGoesBeyondTheMountsMaximumSinceTheTokensMaking() {
    IssuedToken token = token(Duration.ZERO, Duration.ZERO, true);
    tokens.clock.move(Duration.ofMinutes(30));
    renew(token, Optional.of(Duration.ofHours(9)));
    tokens.clock.move(Duration.ofHours(9).minusMinutes(1));
    renew(token, Optional.of(Duration.ofHours(9)));
    assertThat(left(token)).isEqualTo(Duration.ofMinutes(31));
    tokens.clock.move(Duration.ofMinutes(31));
    assertThat(tokens.alive(token)).isFalse();
  }

  @Test
  void neverGoesBeyondTheExplicitMaximumNotEvenWithAPeriod() {
    IssuedToken plain = token(Duration.ofHours(2), Duration.ZERO, true);
    IssuedToken periodic = token(Duration.ofHours(2), HOUR, true);
    tokens.clock.move(Duration.ofMinutes(59));
    renew(plain, Optional.of(Duration.ofHours(5)));
    renew(periodic, Optional.empty());
    assertThat(left(plain)).isEqualTo(Duration.ofMinutes(61));
    assertThat(left(periodic)).isEqualTo(HOUR);
    tokens.clock.move(Duration.ofMinutes(59));
    renew(periodic, Optional.empty());
    assertThat(left(periodic)).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void aPeriodGivesItselfHoweverOldTheTokenAndWhateverIsWished() {
    IssuedToken token = token(Duration.ZERO, HOUR, true);
    for (int i = 0; i < 50; i++) {
      tokens.clock.move(Duration.ofMinutes(59));
      renew(token, Optional.of(Duration.ofDays(9)));
      assertThat(left(token)).isEqualTo(HOUR);
    }
  }

  @Test
  void refusesATokenThatIsNotRenewableABatchTokenAndOneThatIsGone() {
    IssuedToken fixed = token(Duration.ZERO, Duration.ZERO, false);
    IssuedToken batch = tokens.make(Tokens.batch(""));
    IssuedToken gone = token(Duration.ZERO, Duration.ZERO, true);
    tokens.committed(
        t -> {
          tokens.store.revokeTree(t, gone.entry());
          return true;
        });
    for (IssuedToken token : java.util.List.of(fixed, batch, gone)) {
      assertThatThrownBy(() -> renew(token, Optional.empty())).isInstanceOf(RefusedException.class);
    }
    assertThat(left(fixed)).isEqualTo(HOUR);
    assertThat(tokens.alive(gone)).isFalse();
  }

  @Test
  void aRenewedTokenIsRenewedAfterARestartAndHasOneEntryOfItsEnd() {
    IssuedToken token = token(Duration.ZERO, Duration.ZERO, true);
    tokens.clock.move(Duration.ofMinutes(10));
    TokenEntry after = renew(token, Optional.of(Duration.ofHours(3)));
    assertThat(tokens.reopened().lookup(token.text())).contains(after);
    assertThat(tokens.keysBelow("sys/token/expiry/")).hasSize(1);
  }
}
