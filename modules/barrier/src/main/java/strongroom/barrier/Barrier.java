package strongroom.barrier;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * Storage that encrypts: values with AES-256-GCM under the keyring's newest data key, bound to
 * their path; paths stay as they are. Exists only while the root key is known; {@link #close}
 * zeroes all keys, and everything fails with {@link StorageFault.Unavailable} from then on.
 *
 * <p>Every encryption is counted before it is made: storage is told of a block of {@link
 * #BLOCK_ENCRYPTIONS} ahead, so that a crash makes the count too high and never too low.
 */
public final class Barrier implements Storage, AutoCloseable {
  /** Paths that are stored outside the barrier and cannot be written through it. */
  public static final Set<String> OUTSIDE =
      Set.of(Keyring.PATH, "core/seal-config", "core/break-glass");

  /** Whatever is below is stored outside of the barrier too: the record of ceremonies. */
  public static final String CEREMONY_FOLDER = "core/ceremony/";

  /** How many encryptions storage is told of at a time. */
  static final int BLOCK_ENCRYPTIONS = 100_000;

  private final Storage physical;
  private final ReadableStorage inMemory = new InMemory();
  private final Clock clock;
  private final SecureRandom random;

  /** Held for every change of the keyring, in memory and in storage. Taken before no other lock. */
  private final ReentrantLock keyringLock = new ReentrantLock();

  private volatile @Nullable Keyring keyring;

  /** Guarded by {@link #keyringLock}. */
  private SecretBytes rootKey;

  /** The keyring's bytes as this node last read or wrote them. Guarded by {@link #keyringLock}. */
  private byte[] lastStored = new byte[0];

  private Barrier(Storage physical, SecretBytes rootKey, Clock clock, SecureRandom random) {
    this.physical = physical;
    this.rootKey = rootKey;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Makes a keyring with one new data key and writes it to {@code physical}.
   *
   * @param physical where ciphertext goes; at initialization a transaction
   * @param rootKey 32 bytes that protect the keyring; a copy is kept
   */
  public static Barrier create(
      Storage physical, SecretBytes rootKey, Clock clock, SecureRandom random) {
    Barrier barrier = new Barrier(physical, rootKey.copy(), clock, random);
    Keyring first = new Keyring(List.of(barrier.newTerm(1)), RotationSettings.DEFAULT);
    barrier.write(first, rootKey, new Batch());
    barrier.keyring = first;
    return barrier;
  }

  /**
   * Opens what {@link #create} made.
   *
   * @param rootKey 32 bytes; a copy is kept
   * @throws BarrierFault.WrongRootKey where another root key protects the keyring
   * @throws StorageFault.Damaged where the keyring is missing or not what was written
   */
  public static Barrier open(
      Storage physical, SecretBytes rootKey, Clock clock, SecureRandom random) {
    byte[] stored = storedKeyring(physical);
    Keyring keys = Keyring.open(rootKey, stored);
    Barrier barrier = new Barrier(physical, rootKey.copy(), clock, random);
    barrier.keyring = keys;
    barrier.lastStored = stored;
    return barrier;
  }

  @Override
  public Optional<byte[]> get(String key) {
    return decrypted(key, physical);
  }

  private Optional<byte[]> decrypted(String key, ReadableStorage from) {
    Keyring keys = keyring();
    Optional<byte[]> stored = from.get(key);
    return stored.isEmpty() ? stored : Optional.of(decrypt(keys, key, stored.get()));
  }

  @Override
  public Page list(String folder, String after, int limit) {
    keyring();
    return physical.list(folder, after, limit);
  }

  @Override
  public ReadableStorage inMemory() {
    return inMemory;
  }

  /** What lies decrypted no deeper than the physical storage's memory. */
  private final class InMemory implements ReadableStorage {
    @Override
    public Optional<byte[]> get(String key) {
      return decrypted(key, physical.inMemory());
    }

    @Override
    public Page list(String folder, String after, int limit) {
      keyring();
      return physical.inMemory().list(folder, after, limit);
    }
  }

  @Override
  public void commit(Batch batch) {
    batch.writes().keySet().forEach(Barrier::refuseOutside);
    int puts =
        Math.toIntExact(batch.writes().values().stream().filter(Optional::isPresent).count());
    Term term = puts == 0 ? keyring().current() : use(puts);
    Batch encrypted = new Batch();
    try {
      batch
          .writes()
          .forEach(
              (key, value) ->
                  value.ifPresentOrElse(
                      v -> encrypted.put(key, Envelope.seal(term, key, v, random)),
                      () -> encrypted.delete(key)));
    } catch (IllegalStateException e) {
      throw orSealed(e);
    }
    physical.commit(encrypted);
  }

  /** Whether {@code path} is stored outside the barrier and cannot be written through it. */
  public static boolean isOutside(String path) {
    return OUTSIDE.contains(path) || path.startsWith(CEREMONY_FOLDER);
  }

  /** The data key that encrypts now. */
  public KeyStatus keyStatus() {
    Term current = keyring().current();
    return new KeyStatus(current.number(), current.installedAt(), current.used());
  }

  /** The term that encrypts now. */
  Term currentTerm() {
    return keyring().current();
  }

  /** When the data key is replaced without being asked. */
  public RotationSettings rotationSettings() {
    return keyring().settings();
  }

  /** Sets when the data key is replaced without being asked. */
  public void setRotation(RotationSettings settings) {
    keyringLock.lock();
    try {
      replace(upToDate().with(settings));
    } finally {
      keyringLock.unlock();
    }
  }

  /** Encrypts with a new data key from now on. Old keys stay for what they have encrypted. */
  public KeyStatus rotate() {
    return rotate(new Batch());
  }

  /** As {@link #rotate()}, and writes {@code others}, as they are and outside the barrier, too. */
  public KeyStatus rotate(Batch others) {
    keyringLock.lock();
    try {
      Keyring keys = upToDate();
      Keyring next = keys.with(newTerm(keys.terms().size() + 1));
      write(next, rootKey, others);
      keyring = next;
    } finally {
      keyringLock.unlock();
    }
    return keyStatus();
  }

  /**
   * Rotates where the data key is older than the settings allow. To be called now and then; the
   * count is looked after by itself.
   *
   * @return whether it did
   */
  public boolean rotateWhenOld() {
    Keyring keys = keyring();
    RotationSettings settings = keys.settings();
    Instant due = keys.current().installedAt().plus(settings.interval());
    if (!settings.enabled() || settings.interval().isZero() || clock.instant().isBefore(due)) {
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
    reread();
  }

  /** Whether {@code key} is the root key. */
  public boolean isRootKey(SecretBytes key) {
    keyringLock.lock();
    try {
      keyring();
      return rootKey.contentEquals(key);
    } finally {
      keyringLock.unlock();
    }
  }

  /** A copy of the root key, for a further seal to wrap; the caller closes it. */
  public SecretBytes copyRootKey() {
    keyringLock.lock();
    try {
      keyring();
      return rootKey.copy();
    } finally {
      keyringLock.unlock();
    }
  }

  /**
   * Protects the keyring by {@code next} from now on, and writes {@code others}, as they are and
   * outside the barrier, in the same commit: the record that wraps {@code next}.
   *
   * @param next 32 bytes; a copy is kept
   */
  public void changeRootKey(SecretBytes next, Batch others) {
    keyringLock.lock();
    try {
      Keyring keys = upToDate();
      SecretBytes before = rootKey;
      try {
        write(keys, next, others);
        rootKey = next.copy();
      } catch (StorageFault.OutcomeUnknown e) {
        // Whichever of the two keys storage now names, the next write must use that one.
        if (!Keyring.isProtectedBy(next, storedKeyring(physical))) {
          throw e;
        }
        rootKey = next.copy();
      }
      before.close();
    } finally {
      keyringLock.unlock();
    }
  }

  /** Zeroes all keys. */
  @Override
  public void close() {
    keyringLock.lock();
    try {
      Keyring keys = keyring;
      keyring = null;
      rootKey.close();
      if (keys != null) {
        keys.terms().forEach(Term::close);
      }
    } finally {
      keyringLock.unlock();
    }
  }

  private Keyring keyring() {
    Keyring keys = keyring;
    if (keys == null) {
      throw new StorageFault.Unavailable("the barrier is sealed", null);
    }
    return keys;
  }

  private byte[] decrypt(Keyring known, String path, byte[] stored) {
    if (!Envelope.isWhole(stored)) {
      throw damaged(path, "it is cut off or of a format this version does not know", null);
    }
    int number = Envelope.term(stored);
    Keyring keys = known.has(number) ? known : reread();
    if (!keys.has(number)) {
      throw damaged(path, "it names term " + number + ", which the keyring has not", null);
    }
    try {
      return Envelope.open(keys.term(number), path, stored);
    } catch (GeneralSecurityException e) {
      throw damaged(path, "it does not authenticate", e);
    } catch (IllegalStateException e) {
      throw orSealed(e);
    }
  }

  /** Takes up terms that another node has added since this one read the keyring. */
  private Keyring reread() {
    keyringLock.lock();
    try {
      return upToDate();
    } finally {
      keyringLock.unlock();
    }
  }

  /**
   * The keyring with all that storage knows of it, so that writing it back loses nothing of another
   * node's. The caller holds the lock.
   */
  private Keyring upToDate() {
    Keyring mine = keyring();
    byte[] stored = storedKeyring(physical);
    if (Arrays.equals(stored, lastStored)) {
      return mine;
    }
    Keyring theirs = Keyring.open(rootKey, stored);
    Keyring merged = mine.with(theirs.settings());
    for (Term term : theirs.terms()) {
      if (mine.has(term.number())) {
        mine.term(term.number()).countAtLeast(term.used());
        term.close();
      } else {
        merged = merged.with(term);
      }
    }
    keyring = merged;
    lastStored = stored;
    return merged;
  }

  /** The term to encrypt {@code count} values with, which storage counts as done from here on. */
  private Term use(int count) {
    Term term = keyring().current();
    if (term.use(count)) {
      return term;
    }
    keyringLock.lock();
    try {
      Keyring keys = upToDate();
      Term current = keys.current();
      boolean counted = current.number() == term.number() || current.use(count);
      if (counted && current.used() <= current.reserved()) {
        return current;
      }
      if (current.used() > keys.settings().operationsBound()) {
        current = newTerm(keys.terms().size() + 1);
        current.use(count);
        keys = keys.with(current);
      }
      long before = current.reserved();
      current.reserve(current.used() + BLOCK_ENCRYPTIONS);
      try {
        replace(keys);
      } catch (StorageFault e) {
        current.reserve(before);
        throw e;
      }
      return current;
    } finally {
      keyringLock.unlock();
    }
  }

  /** Stores {@code next}, then uses it. The caller holds the lock, and made it of the newest. */
  private void replace(Keyring next) {
    write(next, rootKey, new Batch());
    keyring = next;
  }

  private void write(Keyring keys, SecretBytes protector, Batch others) {
    byte[] sealed = keys.seal(protector, random);
    others.put(Keyring.PATH, sealed.clone());
    physical.commit(others);
    lastStored = sealed;
  }

  private static byte[] storedKeyring(Storage physical) {
    return physical
        .get(Keyring.PATH)
        .orElseThrow(
            () ->
                new StorageFault.Damaged(
                    "the keyring is missing: storage has nothing at " + Keyring.PATH, null));
  }

  private Term newTerm(int number) {
    SecretBytes key = SecretBytes.random(AesGcm.KEY_LENGTH, random);
    return new Term(number, new AesGcm(key), clock.instant(), 0);
  }

  private RuntimeException orSealed(IllegalStateException e) {
    return keyring == null ? new StorageFault.Unavailable("the barrier is sealed", e) : e;
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
