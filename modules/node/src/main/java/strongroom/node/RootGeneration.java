package strongroom.node;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.logical.Uuids;
import strongroom.pgp.PgpKey;
import strongroom.secret.SecretBytes;

/**
 * Makes a further root token for a quorum of key holders. The token is told only in a form that the
 * one who began can read: combined with a one-time password, or encrypted for an OpenPGP key. One
 * attempt at a time; guarded by itself, and takes the state's lock after that.
 */
public final class RootGeneration {
  private static final Logger log = LoggerFactory.getLogger(RootGeneration.class);
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final NodeParts parts;
  private final StateCell cell;
  private final Quorum quorum;
  private @Nullable Attempt attempt;

  RootGeneration(NodeParts parts, StateCell cell, Quorum quorum) {
    this.parts = parts;
    this.cell = cell;
    this.quorum = quorum;
  }

  private record Attempt(
      String nonce, String oneTimePassword, Optional<PgpKey> pgpKey, ShareCollector shares) {}

  /**
   * How far an attempt is.
   *
   * @param started whether there is one
   * @param nonce names it
   * @param progress how many shares there are
   * @param required how many it takes
   * @param complete whether this answer carries the token
   * @param encodedToken the token combined with the one-time password in Base64 without padding, or
   *     an OpenPGP message in Base64; empty text before
   * @param oneTimePassword the password made by the server, told once when the attempt starts
   * @param pgpFingerprint whom the token will be encrypted for
   */
  public record Status(
      boolean started,
      String nonce,
      int progress,
      int required,
      boolean complete,
      String encodedToken,
      String oneTimePassword,
      String pgpFingerprint) {
    /** Nothing of the token. */
    @Override
    public String toString() {
      return "RootGeneration.Status[" + progress + " of " + required + "]";
    }
  }

  /** How far it is now. */
  public synchronized Status status() {
    return status("");
  }

  /**
   * Starts an attempt.
   *
   * @param oneTimePassword given by the client, or empty text for one that is made here
   * @param pgpText whom to encrypt the token for instead, or empty text
   */
  public synchronized Status start(String oneTimePassword, String pgpText) {
    quorum.split(cell.requireActive().unsealed().record());
    if (attempt != null) {
      throw Refusal.invalid("root generation already in progress; cancel it first");
    }
    Optional<PgpKey> pgpKey =
        pgpText.isEmpty()
            ? Optional.empty()
            : Optional.of(SharePlan.pgpKey("pgp_key", pgpText, parts.clock().instant()));
    if (pgpKey.isPresent() && !oneTimePassword.isEmpty()) {
      throw Refusal.invalid("give otp or pgp_key, not both");
    }
    boolean given = !oneTimePassword.isEmpty();
    int length = oneTimePassword.getBytes(StandardCharsets.UTF_8).length;
    if (given && length != ServiceFactory.ROOT_TOKEN_LENGTH) {
      throw Refusal.invalid(
          "otp has " + length + " bytes; it must have " + ServiceFactory.ROOT_TOKEN_LENGTH);
    }
    String made = given || pgpKey.isPresent() ? "" : newPassword(parts.random());
    attempt =
        new Attempt(
            Uuids.random(parts.random()),
            given ? oneTimePassword : made,
            pgpKey,
            new ShareCollector(parts.random()));
    log.info("root token generation started");
    return status(made);
  }

  /** Ends the attempt, where there is one, and forgets its shares. */
  public synchronized void cancel() {
    if (attempt != null) {
      attempt.shares().reset();
      attempt = null;
      log.info("root token generation cancelled");
    }
  }

  /** Takes a share, which this closes. */
  public synchronized Status update(SecretBytes share, String nonce) {
    Attempt current = attempt;
    if (current == null || !current.nonce().equals(nonce)) {
      share.close();
      throw current == null
          ? Refusal.invalid("no root generation in progress")
          : Refusal.invalid(
              "incorrect nonce supplied; nonce for this attempt is " + current.nonce());
    }
    NodeState.Active active = cell.requireActive();
    int required = quorum.split(active.unsealed().record()).threshold();
    Optional<List<SecretBytes>> all = current.shares().add(share, required);
    if (all.isEmpty()) {
      return status("");
    }
    try {
      quorum.check(active, all.get());
    } finally {
      all.get().forEach(SecretBytes::close);
    }
    String encoded = encode(parts.services().createRootToken(), current);
    attempt = null;
    log.info("root token generated");
    return new Status(true, nonce, required, required, true, encoded, "", fingerprint(current));
  }

  private Status status(String password) {
    int required = quorum.split(cell.requireActive().unsealed().record()).threshold();
    Attempt current = attempt;
    return current == null
        ? new Status(false, "", 0, required, false, "", "", "")
        : new Status(
            true,
            current.nonce(),
            current.shares().progress().count(),
            required,
            false,
            "",
            password,
            fingerprint(current));
  }

  private String encode(String token, Attempt current) {
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    if (current.pgpKey().isPresent()) {
      byte[] message = current.pgpKey().get().encrypt(bytes, parts.random());
      return Base64.getEncoder().encodeToString(message);
    }
    byte[] password = current.oneTimePassword().getBytes(StandardCharsets.UTF_8);
    if (bytes.length != password.length) {
      throw new IllegalStateException(
          "a root token has " + bytes.length + " bytes instead of " + password.length);
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= password[i];
    }
    return Base64.getEncoder().withoutPadding().encodeToString(bytes);
  }

  private static String fingerprint(Attempt current) {
    return current.pgpKey().map(PgpKey::fingerprint).orElse("");
  }

  private static String newPassword(SecureRandom random) {
    StringBuilder password = new StringBuilder(ServiceFactory.ROOT_TOKEN_LENGTH);
    for (int i = 0; i < ServiceFactory.ROOT_TOKEN_LENGTH; i++) {
      password.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return password.toString();
  }
}
