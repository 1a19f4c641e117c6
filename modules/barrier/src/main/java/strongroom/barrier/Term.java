package strongroom.barrier;

import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One data key of the keyring and how much it has encrypted.
 *
 * <p>{@code used} counts in memory; {@code reserved} is what storage says has been used, and runs
 * ahead of it. Only the holder of the barrier's keyring lock raises {@code reserved}.
 */
final class Term implements AutoCloseable {
  private final int number;
  private final AesGcm cipher;
  private final Instant installedAt;
  private final AtomicLong used;
  private volatile long reserved;

  Term(int number, AesGcm cipher, Instant installedAt, long used) {
    this.number = number;
    this.cipher = cipher;
    this.installedAt = installedAt;
    this.used = new AtomicLong(used);
    this.reserved = used;
  }

  int number() {
    return number;
  }

  AesGcm cipher() {
    return cipher;
  }

  Instant installedAt() {
    return installedAt;
  }

  long used() {
    return used.get();
  }

  /** Counts {@code more} encryptions and says whether storage already counts them as used. */
  boolean use(int more) {
    return used.addAndGet(more) <= reserved;
  }

  long reserved() {
    return reserved;
  }

  void reserve(long total) {
    reserved = total;
  }

  /** Counts what another node says it has used of the same term. */
  void countAtLeast(long total) {
    used.accumulateAndGet(total, Math::max);
    reserved = Math.max(reserved, total);
  }

  @Override
  public void close() {
    cipher.close();
  }
}
