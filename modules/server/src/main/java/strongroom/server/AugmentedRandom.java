package strongroom.server;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import javax.crypto.KDF;
import javax.crypto.Mac;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The system's randomness with another source's mixed in by HKDF (RFC 5869): the system's is the
 * input, what the other source gave the salt. Who knows one of the two learns nothing of the
 * result.
 *
 * <p>What the other source gives goes into a state that moves on with every use, so that its
 * randomness stays mixed in while it gives nothing new. Before it has given anything, the system's
 * serves alone. Never waits for the other source but as {@code seeds} does. Safe for several
 * threads.
 */
final class AugmentedRandom extends SecureRandom {
  private static final long serialVersionUID = 1;
  private static final String MAC = "HmacSHA256";
  private static final String HKDF = "HKDF-SHA256";
  private static final int INPUT_BYTES = 64;
  private static final int STATE_BYTES = 32;

  /** HKDF makes no more of one input. */
  private static final int BLOCK_BYTES_MAX = 255 * STATE_BYTES;

  private static final byte[] INFO = {'s', 'e', 'e', 'd'};
  private static final byte[] SALT = {'s', 'a', 'l', 't'};
  private static final byte[] NEXT = {'n', 'e', 'x', 't'};

  private final transient Supplier<Optional<byte[]>> seeds;

  /** Guarded by itself. */
  private final transient State state = new State();

  private static final class State {
    byte[] key = new byte[STATE_BYTES];
    boolean seeded;
  }

  /** Mixes in what {@code seeds} gives, asked once with every use. */
  AugmentedRandom(Supplier<Optional<byte[]>> seeds) {
    this.seeds = seeds;
  }

  @Override
  public void nextBytes(byte[] bytes) {
    for (int at = 0; at < bytes.length; at += BLOCK_BYTES_MAX) {
      int length = Math.min(BLOCK_BYTES_MAX, bytes.length - at);
      byte[] block = block(length);
      System.arraycopy(block, 0, bytes, at, length);
      Arrays.fill(block, (byte) 0);
    }
  }

  @Override
  public byte[] generateSeed(int length) {
    byte[] seed = new byte[length];
    nextBytes(seed);
    return seed;
  }

  @Override
  public String getAlgorithm() {
    return "augmented";
  }

  private byte[] block(int length) {
    Optional<byte[]> salt = salt();
    byte[] input = new byte[salt.isPresent() ? INPUT_BYTES : length];
    super.nextBytes(input);
    if (salt.isEmpty()) {
      return input;
    }
    try {
      return KDF.getInstance(HKDF)
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(input)
                  .addSalt(salt.get())
                  .thenExpand(INFO, length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(HKDF + " is not to be had from this Java", e);
    } finally {
      Arrays.fill(input, (byte) 0);
      Arrays.fill(salt.get(), (byte) 0);
    }
  }

  private Optional<byte[]> salt() {
    Optional<byte[]> seed = seeds.get();
    synchronized (state) {
      seed.ifPresent(
          fresh -> {
            state.key = mac(state.key, fresh);
            state.seeded = true;
            Arrays.fill(fresh, (byte) 0);
          });
      if (!state.seeded) {
        return Optional.empty();
      }
      byte[] salt = mac(state.key, SALT);
      byte[] before = state.key;
      state.key = mac(before, NEXT);
      Arrays.fill(before, (byte) 0);
      return Optional.of(salt);
    }
  }

  private static byte[] mac(byte[] key, byte[] data) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(key, MAC));
      return mac.doFinal(data);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + " is not to be had from this Java", e);
    }
  }
}
