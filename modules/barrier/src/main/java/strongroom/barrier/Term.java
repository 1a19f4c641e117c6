package strongroom.barrier;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import strongroom.secret.SecretBytes;

/**
 * One data key of the keyring and how much it has encrypted; and beside it the second key, from
 * which those keys come that seal-wrapped entries are encrypted by first. A value takes both keys
 * or the data key alone, so that the one count bounds both.
 *
 * <p>{@code used} counts in memory; {@code reserved} is what storage says has been used, and runs
 * ahead of it. Only the holder of the keyring's lock raises {@code reserved}.
 */
final class Term implements AutoCloseable {
  /** How many folders' ciphers are kept; those of further ones are derived for each use. */
  private static final int FOLDERS_MAX = 1_000;

  private static final String INFO = "strongroom seal wrap 1 ";

  private final int number;
  private final AesGcm cipher;
  private final Optional<SecretBytes> secondKey;
  private final Map<String, AesGcm> folders = new ConcurrentHashMap<>();
  private final Instant installedAt;
  private final AtomicLong used;
  private volatile long reserved;

  /** Closes both keys when it is closed. A term from before seal wrap has no second key. */
  Term(int number, AesGcm cipher, Optional<SecretBytes> secondKey, Instant installedAt, long used) {
    this.number = number;
    this.cipher = cipher;
    this.secondKey = secondKey;
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

  /** What the keys of seal-wrapped entries come from. Not to be kept. */
  Optional<SecretBytes> viewSecondKey() {
    return secondKey;
  }

  /** What is done with the cipher of one folder's second seal. */
  interface Use<E extends Exception> {
    byte[] with(AesGcm cipher) throws E;
  }

  /** Uses the cipher of {@code folder}'s second seal. The term has a second key. */
  <E extends Exception> byte[] withSecond(String folder, Use<E> use) throws E {
    AesGcm kept = folders.get(folder);
    if (kept != null) {
      return use.with(kept);
    }
    AesGcm derived = derive(folder);
    if (folders.size() >= FOLDERS_MAX) {
      try (derived) {
        return use.with(derived);
      }
    }
    AesGcm first = folders.putIfAbsent(folder, derived);
    if (first != null) {
      derived.close();
      return use.with(first);
    }
    if (secondKey.filter(SecretBytes::isClosed).isPresent()) {
      // The term was closed meanwhile and may not have seen this one.
      derived.close();
    }
    return use.with(derived);
  }

  private AesGcm derive(String folder) {
    byte[] info = (INFO + folder).getBytes(StandardCharsets.UTF_8);
    return secondKey
        .orElseThrow()
        .withHeapCopy(
            key -> {
              try {
                return new AesGcm(
                    SecretBytes.takeFrom(
                        KDF.getInstance("HKDF-SHA256")
                            .deriveData(
                                HKDFParameterSpec.ofExtract()
                                    .addIKM(key)
                                    .thenExpand(info, AesGcm.KEY_LENGTH))));
              } catch (GeneralSecurityException e) {
                throw new IllegalStateException("HKDF-SHA-256 is not to be had from this Java", e);
              }
            });
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
    secondKey.ifPresent(SecretBytes::close);
    folders.values().forEach(AesGcm::close);
  }
}
