package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.util.Optional;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.Mechanism;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/** Does with an HSM token that is open already what the seal does, for those who look into it. */
public final class SealTrial {
  private final Pkcs11SealSettings settings;
  private final HsmToken token;
  private final SecureRandom random;
  private final SealKeys keys;

  /** Uses {@code token}, which stays the caller's. */
  public SealTrial(Pkcs11SealSettings settings, HsmToken token, SecureRandom random) {
    this.settings = settings;
    this.token = token;
    this.random = random;
    keys = new SealKeys(settings);
  }

  /**
   * What the seal takes.
   *
   * @param key wraps; of an RSA pair, the private half
   * @param hmacKey makes the MAC; empty where there is none
   * @param mechanism wraps
   */
  public record Chosen(HsmKey key, Optional<HsmKey> hmacKey, Mechanism mechanism) {}

  /**
   * Finds the seal's keys and its mechanism.
   *
   * @throws HsmFault that says what is missing and what to do
   */
  public Chosen choose() {
    SealKeys.Chosen chosen = keys.choose(token);
    return new Chosen(chosen.key(), chosen.hmacKey(), chosen.mechanism());
  }

  /** Wraps {@code probe}, and has unwrapped it again. */
  public byte[] wrap(SecretBytes probe) {
    return wrapping().wrap(keys.choose(token), Purpose.PROBE, probe);
  }

  /**
   * Unwraps what a trial has wrapped, here or elsewhere.
   *
   * @throws SealFault where this HSM token cannot: another key, or none
   */
  public SecretBytes unwrap(byte[] wrapped) {
    return wrapping().unwrap(Blob.parse(wrapped, Purpose.PROBE));
  }

  /** What is to be done about {@code fault}, in the seal's words. */
  public static String told(HsmFault fault, Pkcs11SealSettings settings) {
    return fault.getMessage() + Faults.hint(fault, settings);
  }

  private Wrapping wrapping() {
    return new Wrapping(settings, keys, token, random);
  }
}
