package strongroom.barrier;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Storage that encrypts: values with AES-256-GCM under the keyring's newest data key, bound to
 * their path; paths stay as they are. What {@link SealWrap} lists is sealed by a key of its folder
 * first. Exists only while the root key is known; {@link #close} zeroes all keys, and everything
 * fails with {@link StorageFault.Unavailable} from then on.
 *
 * <p>Every encryption is counted before it is made: storage is told of a block of {@link
 * KeyringStore#BLOCK_ENCRYPTIONS} ahead, so that a crash makes the count too high and never too
 * low.
 */
public final class Barrier implements Storage, AutoCloseable {
  /** Paths that are stored outside the barrier and cannot be written through it. */
  public static final Set<String> OUTSIDE =
      Set.of(Keyring.PATH, "core/seal-config", "core/break-glass");

  /** Whatever is below is stored outside of the barrier too: the record of ceremonies. */
  public static final String CEREMONY_FOLDER = "core/ceremony/";

  private final Storage physical;
  private final ReadableStorage inMemory = new InMemory();
  private final KeyringStore keyring;
  private final Source source;

  /**
   * Shared by commits to what is sealed twice; a rewrap, which writes back what it has read, holds
   * it alone.
   */
  private final ReentrantReadWriteLock rewrapLock = new ReentrantReadWriteLock();

  private Barrier(Storage physical, KeyringStore keyring, Source source) {
    this.physical = physical;
    this.keyring = keyring;
    this.source = source;
  }

  /**
   * What a barrier is made of beside storage and key.
   *
   * @param clock the time
   * @param random for keys and nonces
   * @param sealWrap what is sealed twice
   */
  public record Source(Clock clock, SecureRandom random, SealWrap sealWrap) {}

  /**
   * Makes a keyring with one new data key and writes it to {@code physical}.
   *
   * @param physical where ciphertext goes; at initialization a transaction
   * @param rootKey as {@link RootKey#random} makes it; a copy is kept. One of 32 bytes, without a
   *     wrap key, is as good, but nothing is sealed twice by it
   */
  public static Barrier create(Storage physical, SecretBytes rootKey, Source source) {
    return new Barrier(
        physical, KeyringStore.create(physical, rootKey, source.clock(), source.random()), source);
  }

  /**
   * Opens what {@link #create} made.
   *
   * @param rootKey as it was given to {@link #create} or {@link #changeRootKey}; a copy is kept
   * @throws BarrierFault.WrongRootKey where another root key protects the keyring
   * @throws StorageFault.Damaged where the keyring is missing or not what was written
   */
  public static Barrier open(Storage physical, SecretBytes rootKey, Source source) {
    return new Barrier(
        physical, KeyringStore.open(physical, rootKey, source.clock(), source.random()), source);
  }

  @Override
  public Optional<byte[]> get(String key) {
    return decrypted(key, physical);
  }

  private Optional<byte[]> decrypted(String key, ReadableStorage from) {
    Keyring keys = keyring.now();
    Optional<byte[]> stored = from.get(key);
    return stored.isEmpty() ? stored : Optional.of(decrypt(keys, key, stored.get()));
  }

  @Override
  public Page list(String folder, String after, int limit) {
    keyring.now();
    return physical.list(folder, after, limit);
  }

  @Override
  public ReadableStorage inMemory() {
    return inMemory;
  }

  @Override
  public long generation() {
    return physical.generation();
  }

  /** What lies decrypted no deeper than the physical storage's memory. */
  private final class InMemory implements ReadableStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return decrypted(key, physical.inMemory());
    }

    @Override
    public Page list(String folder, String after, int limit) {
      keyring.now();
      return physical.inMemory().list(folder, after, limit);
    }
  }

  @Override
  public void commit(Batch batch) {
    batch.writes().keySet().forEach(Barrier::refuseOutside);
    if (batch.writes().keySet().stream().noneMatch(source.sealWrap()::lists)) {
      encryptAndCommit(batch);
      return;
    }
    rewrapLock.readLock().lock();
    try {
      encryptAndCommit(batch);
    } finally {
      rewrapLock.readLock().unlock();
    }
  }

  private void encryptAndCommit(Batch batch) {
    int puts =
        Math.toIntExact(batch.writes().values().stream().filter(Optional::isPresent).count());
    Term term = puts == 0 ? keyring.now().current() : keyring.use(puts);
    Batch encrypted = new Batch().inTerm(batch.term()).inGeneration(keyring.generation());
    try {
      batch
          .writes()
          .forEach(
              (key, value) ->
                  value.ifPresentOrElse(
                      v -> encrypted.put(key, encrypt(term, key, v)), () -> encrypted.delete(key)));
    } catch (IllegalStateException e) {
      throw keyring.orSealed(e);
    }
    physical.commit(encrypted);
  }

  private byte[] encrypt(Term term, String path, byte[] value) {
    return isSealedTwice(term, path)
        ? Envelope.sealTwice(term, path, value, source.random())
        : Envelope.seal(term, path, value, source.random());
  }

  private boolean isSealedTwice(Term term, String path) {
    SealWrap wrap = source.sealWrap();
    return wrap.isEnabled() && term.viewSecondKey().isPresent() && wrap.lists(path);
  }

  /**
   * {@code content} sealed as a value is, to be kept elsewhere than in storage.
   *
   * @param label what it is, which stands in a path's place and must be none
   */
  public byte[] seal(String label, byte[] content) {
    Term term = keyring.use(1);
    try {
      return Envelope.seal(term, label, content, source.random());
    } catch (IllegalStateException e) {
      throw keyring.orSealed(e);
    }
  }

  /**
   * What {@link #seal} was given.
   *
   * @throws StorageFault.Damaged where it is not what that made
   */
  public byte[] open(String label, byte[] sealed) {
    return decrypt(keyring.now(), label, sealed);
  }

  /**
   * Writes those of {@code paths} anew that are not sealed as they would be if they were written
   * now: twice or once, and by the newest term. Nobody changes what is listed meanwhile, so give
   * few at a time. What is not there any more is passed over.
   *
   * @param into this barrier, or what commits to it only while this node leads
   */
  public Rewrapped rewrap(List<String> paths, Storage into) {
    rewrapLock.writeLock().lock();
    try {
      Term current = keyring.now().current();
      Batch batch = new Batch();
      int failed = 0;
      int passed = 0;
      for (String path : paths) {
        Optional<byte[]> stored = physical.get(path);
        try {
          if (stored.isEmpty()) {
            passed++;
          } else if (!isAsWritten(current, path, stored.get())) {
            batch.put(path, decrypt(keyring.now(), path, stored.get()));
          }
        } catch (StorageFault.Damaged e) {
          failed++;
        }
      }
      if (!batch.isEmpty()) {
        into.commit(batch);
      }
      return new Rewrapped(paths.size() - passed, batch.writes().size(), failed);
    } finally {
      rewrapLock.writeLock().unlock();
    }
  }

  /**
   * What a rewrap has done.
   *
   * @param processed how many entries it has looked at
   * @param rewritten how many of them it has written anew
   * @param failed how many are damaged, and stay as they are
   */
  public record Rewrapped(int processed, int rewritten, int failed) {}

  private boolean isAsWritten(Term current, String path, byte[] stored) {
    return Envelope.isWhole(stored)
        && Envelope.term(stored) == current.number()
        && Envelope.isTwice(stored) == isSealedTwice(current, path);
  }

  /** Whether {@code path} is stored outside the barrier and cannot be written through it. */
  public static boolean isOutside(String path) {
    return OUTSIDE.contains(path) || path.startsWith(CEREMONY_FOLDER);
  }

  /** The data key that encrypts now. */
  public KeyStatus keyStatus() {
    Term current = keyring.now().current();
    return new KeyStatus(current.number(), current.installedAt(), current.used());
  }

  /** The term that encrypts now. */
  Term currentTerm() {
    return keyring.now().current();
  }

  /** When the data key is replaced without being asked. */
  public RotationSettings rotationSettings() {
    return keyring.now().settings();
  }

  /** Sets when the data key is replaced without being asked. */
  public void setRotation(RotationSettings settings) {
    keyring.set(settings);
  }

  /** Encrypts with a new data key from now on. Old keys stay for what they have encrypted. */
  public KeyStatus rotate() {
    return rotate(new Batch());
  }

  /** As {@link #rotate()}, and writes {@code others}, as they are and outside the barrier, too. */
  public KeyStatus rotate(Batch others) {
    keyring.rotate(others);
    return keyStatus();
  }

  /**
   * Rotates where the data key is older than the settings allow. To be called now and then; the
   * count is looked after by itself.
   *
   * @return whether it did
   */
  public boolean rotateWhenOld() {
    Keyring keys = keyring.now();
    RotationSettings settings = keys.settings();
    Instant due = keys.current().installedAt().plus(settings.interval());
    if (!settings.enabled()
        || settings.interval().isZero()
        || source.clock().instant().isBefore(due)) {
      return false;
    }
    rotate();
    return true;
  }

  /**
   * Takes up what another node has done to the keyring. To be called before this node writes after
   * another one did.
   *
   * @throws BarrierFault.WrongRootKey where the root key has been replaced
   */
  public void refresh() {
    keyring.reread();
  }

  /** Whether all that is stored has been replaced since this was opened: it is of no more use. */
  public boolean isOutdated() {
    return physical.generation() != keyring.generation();
  }

  /** Whether {@code key} is the root key. */
  public boolean isRootKey(SecretBytes key) {
    return keyring.isRootKey(key);
  }

  /** Whether the root key has a wrap key, without which nothing is sealed twice. */
  public boolean hasWrapKey() {
    return keyring.hasWrapKey();
  }

  /** A copy of the root key, for a further seal to wrap; the caller closes it. */
  public SecretBytes copyRootKey() {
    return keyring.copyRootKey();
  }

  /**
   * Protects the keyring by {@code next} from now on, and writes {@code others}, as they are and
   * outside the barrier, in the same commit: the record that wraps {@code next}.
   *
   * @param next as {@link RootKey#random} makes it; a copy is kept
   */
  public void changeRootKey(SecretBytes next, Batch others) {
    keyring.changeRootKey(next, others);
  }

  /** Zeroes all keys. */
  @Override
  public void close() {
    keyring.close();
  }

  private byte[] decrypt(Keyring known, String path, byte[] stored) {
    if (!Envelope.isWhole(stored)) {
      throw damaged(path, "it is cut off or of a format this version does not know", null);
    }
    int number = Envelope.term(stored);
    Keyring keys = known.has(number) ? known : keyring.reread();
    if (!keys.has(number)) {
      throw damaged(path, "it names term " + number + ", which the keyring has not", null);
    }
    try {
      return Envelope.open(keys.term(number), path, stored);
    } catch (GeneralSecurityException e) {
      throw damaged(path, "it does not authenticate", e);
    } catch (IllegalStateException e) {
      throw keyring.orSealed(e);
    }
  }

  private static void refuseOutside(String path) {
    if (isOutside(path)) {
      throw new IllegalArgumentException(path + " is not written through the barrier");
    }
  }

  private static StorageFault.Damaged damaged(String path, String what, @Nullable Throwable cause) {
    return new StorageFault.Damaged("the value at " + path + " is damaged: " + what, cause);
  }
}
