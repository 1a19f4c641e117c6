package strongroom.engine.transit;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import strongroom.logical.Refusal;
import strongroom.secret.SecretBytes;

/**
 * A key in use: its record and those of its versions that may be used, decoded. All that is secret
 * stands in one block outside the heap, since each block takes a page. Several requests may use it;
 * the block is zeroed when the last of them and the cache have left.
 */
final class LoadedKey {
  private final KeyRecord record;
  private final NavigableMap<Integer, Version> versions = new TreeMap<>();
  private final SecretBytes block;

  /** How many hold it: each request that uses it, and whoever made it. */
  private final AtomicInteger holders = new AtomicInteger(1);

  /** When it was used last, by the cache's count; a lost update only makes it look older. */
  private volatile long lastUse;

  /** Takes {@code materials}, the first of which is version {@code first}, and zeroes them. */
  LoadedKey(KeyRecord record, int first, List<Material> materials) {
    this.record = record;
    int length = materials.stream().mapToInt(m -> m.secret().length + m.hmacKey().length).sum();
    block = SecretBytes.allocate(length);
    int at = 0;
    int number = first;
    for (Material material : materials) {
      Secret secret = place(material.secret(), at);
      at += secret.length();
      Secret hmacKey = place(material.hmacKey(), at);
      at += hmacKey.length();
      versions.put(
          number,
          new Version(
              number, material.created(), secret, hmacKey, material.publicKey(), material.chain()));
      number++;
      material.wipe();
    }
  }

  private Secret place(byte[] bytes, int at) {
    MemorySegment.copy(bytes, 0, block.viewSegment(), ValueLayout.JAVA_BYTE, at, bytes.length);
    return new Secret(block, at, bytes.length);
  }

  /** A part of the block. Of use while the key is held. */
  static final class Secret {
    private final SecretBytes block;
    private final int from;
    private final int length;

    private Secret(SecretBytes block, int from, int length) {
      this.block = block;
      this.from = from;
      this.length = length;
    }

    int length() {
      return length;
    }

    /** Calls {@code use} with a heap copy, and zeroes it afterwards. */
    <T> T use(Function<byte[], T> use) {
      byte[] bytes = block.viewSegment().asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
      try {
        return use.apply(bytes);
      } finally {
        Arrays.fill(bytes, (byte) 0);
      }
    }
  }

  /**
   * One version.
   *
   * @param secret see {@link Material#secret}
   * @param publicKey of pairs the {@code SubjectPublicKeyInfo} in DER; else empty
   * @param chain certificates in DER
   */
  record Version(
      int number,
      Instant created,
      Secret secret,
      Secret hmacKey,
      byte[] publicKey,
      List<byte[]> chain) {
    /** Whether only the public half is known. */
    boolean publicOnly() {
      return secret.length() == 0;
    }
  }

  KeyRecord record() {
    return record;
  }

  KeyType type() {
    return record.type();
  }

  /** The versions that may be used, oldest first. */
  List<Version> versions() {
    return List.copyOf(versions.values());
  }

  /** The version {@code number}, which is allowed: one that is missing was never there. */
  Version version(int number) {
    Version version = versions.get(number);
    if (version == null) {
      throw Refusal.invalid("the key has no version " + number);
    }
    return version;
  }

  /** The version to encrypt or sign with: {@code asked}, or the newest for 0. */
  Version versionToMake(long asked, String use) {
    KeyRecord.Course course = record.course();
    if (asked == 0) {
      return version(course.latest());
    }
    if (asked < 0) {
      throw Refusal.invalid("requested version for " + use + " is negative");
    }
    if (asked > course.latest()) {
      throw Refusal.invalid(
          "requested version for " + use + " is higher than the latest key version");
    }
    if (asked < record.rules().minEncryption()) {
      throw Refusal.invalid(
          "requested version for " + use + " is less than the minimum encryption key version");
    }
    return version(Math.toIntExact(asked));
  }

  /** The version to decrypt or verify with. */
  Version versionToCheck(VersionedText text, String what) {
    if (text.version() > record.course().latest()) {
      throw Refusal.invalid("invalid " + what + ": version is too new");
    }
    if (text.version() < record.oldest()) {
      throw Refusal.invalid("ciphertext or signature version is disallowed by policy (too old)");
    }
    return version(text.version());
  }

  /** Refuses where the key is put out of use. */
  void requireInUse() {
    if (record.course().softDeleted()) {
      throw Refusal.invalid("refusing to use soft-deleted key");
    }
  }

  long lastUse() {
    return lastUse;
  }

  /** Holds the key, unless all have left it. Whoever gets true calls {@link #leave}. */
  boolean hold(long now) {
    int before = holders.get();
    while (before > 0) {
      if (holders.compareAndSet(before, before + 1)) {
        lastUse = now;
        return true;
      }
      before = holders.get();
    }
    return false;
  }

  /** Leaves the key; the last one zeroes it. */
  void leave() {
    if (holders.decrementAndGet() == 0) {
      block.close();
    }
  }
}
