package strongroom.hsm;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import strongroom.secret.SecretBytes;

/** Measures what an HSM token does in a second, by mechanism, with keys that it holds. */
public final class HsmBench {
  private static final int SECRET_BYTES = 32;
  private static final int LATENCIES_MAX = 1_000_000;

  private final HsmToken token;
  private final Duration each;
  private final int threads;
  private final SecureRandom random;

  /**
   * Will run every operation for {@code each} on {@code threads} threads.
   *
   * @param token whose {@link TokenSettings#sessionsMax} limits how much runs at once
   */
  public HsmBench(HsmToken token, Duration each, int threads, SecureRandom random) {
    this.token = token;
    this.each = each;
    this.threads = threads;
    this.random = random;
  }

  /**
   * What was measured of one operation, on 32 bytes.
   *
   * @param operation what was done, and by which mechanism
   * @param key the key's label
   * @param calls how many there were
   * @param callsPerSecond all threads together
   * @param p50 half took at most so long
   * @param p90 nine in ten
   * @param p99 99 in 100
   * @param max the slowest
   */
  public record Result(
      String operation,
      String key,
      long calls,
      double callsPerSecond,
      Duration p50,
      Duration p90,
      Duration p99,
      Duration max) {}

  /** Measures what {@code keys} can do, and random bytes. */
  public List<Result> run(List<HsmKey> keys) {
    List<Result> results = new ArrayList<>();
    results.add(measure("random", "", () -> token.random(SECRET_BYTES)));
    for (HsmKey key : keys) {
      if (key.aes() && !key.isNot(KeyFlag.ENCRYPT)) {
        symmetric(key, results);
      }
      if (key.hmac() && !key.isNot(KeyFlag.SIGN)) {
        byte[] data = new byte[SECRET_BYTES];
        results.add(
            measure(
                "sign CKM_SHA256_HMAC",
                key.label(),
                () -> token.sign(key, Mechanism.SHA256_HMAC, data)));
      }
      if (key.rsa() && key.keyClass() == KeyClass.PRIVATE && !key.isNot(KeyFlag.DECRYPT)) {
        oaep(key, results);
      }
    }
    return results;
  }

  private void symmetric(HsmKey key, List<Result> results) {
    if (token.mechanism(Mechanism.AES_GCM).filter(MechanismInfo::encrypts).isPresent()) {
      both(key, () -> new CipherMode.Gcm(randomBytes(12), new byte[0]), results);
    }
    if (token.mechanism(Mechanism.AES_CBC_PAD).filter(MechanismInfo::encrypts).isPresent()) {
      both(key, () -> new CipherMode.CbcPad(randomBytes(16)), results);
    }
  }

  private interface ModeSource {
    CipherMode next();
  }

  private void both(HsmKey key, ModeSource modes, List<Result> results) {
    try (SecretBytes plain = SecretBytes.random(SECRET_BYTES, random)) {
      CipherMode mode = modes.next();
      String name = mode.mechanism().name();
      results.add(
          measure("encrypt " + name, key.label(), () -> token.encrypt(key, modes.next(), plain)));
      Encrypted made = token.encrypt(key, mode, plain);
      CipherMode back =
          switch (mode) {
            case CipherMode.Gcm gcm -> new CipherMode.Gcm(made.iv(), gcm.aad());
            case CipherMode.CbcPad _ -> new CipherMode.CbcPad(made.iv());
            case CipherMode.Oaep oaep -> oaep;
          };
      results.add(
          measure(
              "decrypt " + name,
              key.label(),
              () -> token.decrypt(key, back, made.ciphertext()).close()));
    }
  }

  private void oaep(HsmKey key, List<Result> results) {
    KeySearch half =
        new KeySearch(
            Optional.of(key.label()), Optional.of(key.id()), Optional.of(KeyClass.PUBLIC));
    Optional<HsmKey> publicHalf = token.keys(half).stream().findFirst();
    if (publicHalf.isEmpty()) {
      return;
    }
    CipherMode mode = new CipherMode.Oaep(OaepHash.SHA1);
    try (SecretBytes plain = SecretBytes.random(SECRET_BYTES, random)) {
      byte[] ciphertext = token.encrypt(publicHalf.get(), mode, plain).ciphertext();
      results.add(
          measure(
              "decrypt CKM_RSA_PKCS_OAEP",
              key.label(),
              () -> token.decrypt(key, mode, ciphertext).close()));
    }
  }

  private byte[] randomBytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private Result measure(String operation, String key, Runnable call) {
    call.run();
    long start = System.nanoTime();
    long end = start + each.toNanos();
    List<long[]> latencies = new ArrayList<>();
    try (ExecutorService runners = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<long[]>> all = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        all.add(runners.submit(() -> until(end, call)));
      }
      for (Future<long[]> one : all) {
        latencies.add(one.get());
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof HsmFault fault) {
        throw fault;
      }
      throw new IllegalStateException(operation + " failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while measuring", e);
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    long[] sorted = latencies.stream().flatMapToLong(LongStream::of).sorted().toArray();
    return new Result(
        operation,
        key,
        sorted.length,
        sorted.length / seconds,
        percentile(sorted, 0.5),
        percentile(sorted, 0.9),
        percentile(sorted, 0.99),
        percentile(sorted, 1));
  }

  private static long[] until(long end, Runnable call) {
    long[] latencies = new long[1024];
    int count = 0;
    long now = System.nanoTime();
    do {
      long before = now;
      call.run();
      now = System.nanoTime();
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, Math.min(2 * count, LATENCIES_MAX));
      }
      latencies[count++] = now - before;
    } while (now < end && count < LATENCIES_MAX);
    return Arrays.copyOf(latencies, count);
  }

  private static Duration percentile(long[] sorted, double share) {
    int index = (int) Math.ceil(share * sorted.length) - 1;
    return Duration.ofNanos(sorted[Math.max(0, index)]);
  }
}
