package strongroom.node;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Refusal;
import strongroom.pgp.PgpKey;

/** A checked request to initialize: which keys to make and for whom. */
record InitPlan(
    Optional<SharePlan> unseal, Optional<SharePlan> recovery, Optional<PgpKey> rootTokenKey) {

  static InitPlan of(InitRequest request, Protection protection, Instant now) {
    Optional<PgpKey> tokenKey =
        request.rootTokenPgpKey().isEmpty()
            ? Optional.empty()
            : Optional.of(SharePlan.pgpKey("root_token_pgp_key", request.rootTokenPgpKey(), now));
    return protection.takesShares()
        ? new InitPlan(Optional.of(unseal(request, protection, now)), Optional.empty(), tokenKey)
        : new InitPlan(Optional.empty(), recovery(request, protection, now), tokenKey);
  }

  private static SharePlan unseal(InitRequest request, Protection protection, Instant now) {
    refuseGiven(
        protection,
        given("recovery_shares", request.recoveryShares()),
        given("recovery_threshold", request.recoveryThreshold()),
        request.recoveryPgpKeys().isEmpty() ? "" : "recovery_pgp_keys");
    int shares = request.secretShares().orElse(0);
    int stored = request.storedShares().orElse(0);
    if (stored != 0 && stored != shares) {
      throw Refusal.invalid(
          "stored_shares does not apply to seal type " + protection.type() + ": leave it out");
    }
    return SharePlan.of(
        "secret", "pgp_keys", shares, request.secretThreshold().orElse(0), request.pgpKeys(), now);
  }

  private static Optional<SharePlan> recovery(
      InitRequest request, Protection protection, Instant now) {
    refuseGiven(
        protection,
        given("secret_shares", request.secretShares()),
        given("secret_threshold", request.secretThreshold()),
        request.pgpKeys().isEmpty() ? "" : "pgp_keys");
    if (request.storedShares().orElse(1) > 1) {
      throw Refusal.invalid("stored_shares must be 1 or left out");
    }
    int shares = request.recoveryShares().orElse(0);
    int threshold = request.recoveryThreshold().orElse(0);
    if (shares == 0 && threshold == 0 && request.recoveryPgpKeys().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(
        SharePlan.of(
            "recovery", "recovery_pgp_keys", shares, threshold, request.recoveryPgpKeys(), now));
  }

  /** Clients send zeros for what they do not mean. */
  private static String given(String name, Optional<Integer> value) {
    return value.orElse(0) == 0 ? "" : name;
  }

  private static void refuseGiven(Protection protection, String... names) {
    List<String> given = new ArrayList<>(List.of(names));
    given.removeIf(String::isEmpty);
    if (!given.isEmpty()) {
      throw Refusal.invalid(
          "parameters "
              + String.join(",", given)
              + " not applicable to seal type "
              + protection.type()
              + (protection.takesShares()
                  ? ": use secret_shares and secret_threshold"
                  : ": use recovery_shares and recovery_threshold"));
    }
  }
}
