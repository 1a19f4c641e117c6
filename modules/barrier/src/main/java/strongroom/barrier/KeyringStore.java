package strongroom.barrier;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * The keyring of an open barrier and the root key that protects it, in memory and in storage alike.
 * Every change is made of the newest that storage has, stored, and then used.
 */
final class KeyringStore implements AutoCloseable {
  /** How many encryptions storage is told of at a time. */
  static final int BLOCK_ENCRYPTIONS = 100_000;

  private final Storage physical;
  private final Clock clock;
  private final SecureRandom random;

  /** Held for every change of the keyring, in memory and in storage. */
  private final ReentrantLock lock = new ReentrantLock();

  /** Of storage, when the keyring was read from it. */
  private final long generation;

  private volatile @Nullable Keyring keyring;

  /** Guarded by {@link #lock}. */
  private SecretBytes rootKey;

  /** The keyring's bytes as this node last read or wrote them. Guarded by {@link #lock}. */
  private byte[] lastStored = new byte[0];

  private KeyringStore(
      Storage physical, long generation, SecretBytes rootKey, Clock clock, SecureRandom random) {
    this.physical = physical;
    this.generation = generation;
    this.rootKey = rootKey;
    this.clock = clock;
    this.random = random;
  }

  /** A keyring of one new data key, written to {@code physical}. */
  static KeyringStore create(
      Storage physical, SecretBytes rootKey, Clock clock, SecureRandom random) {
    KeyringStore store =
        new KeyringStore(physical, physical.generation(), rootKey.copy(), clock, random);
    Keyring first = new Keyring(List.of(store.newTerm(1, rootKey)), RotationSettings.DEFAULT);
    store.write(first, rootKey, new Batch());
    store.keyring = first;
    return store;
  }

  /** The keyring in {@code physical}. */
  static KeyringStore open(
      Storage physical, SecretBytes rootKey, Clock clock, SecureRandom random) {
    long generation = physical.generation();
    byte[] stored = stored(physical);
    Keyring keys = Keyring.open(rootKey, stored);
    KeyringStore store = new KeyringStore(physical, generation, rootKey.copy(), clock, random);
    store.keyring = keys;
    store.lastStored = stored;
    return store;
  }

  /** Of storage, when the keyring was read from it. */
  long generation() {
    return generation;
  }

  /** The keyring as this node knows it. */
  Keyring now() {
    Keyring keys = keyring;
    if (keys == null) {
      throw new StorageFault.Unavailable("the barrier is sealed", null);
    }
    return keys;
  }

  void set(RotationSettings settings) {
    lock.lock();
    try {
      replace(upToDate().with(settings));
    } finally {
      lock.unlock();
    }
  }

  /** Encrypts with a new data key from now on, and writes {@code others} as they are. */
  void rotate(Batch others) {
    lock.lock();
    try {
      Keyring keys = upToDate();
      Keyring next = keys.with(newTerm(keys.terms().size() + 1, rootKey));
      write(next, rootKey, others);
      keyring = next;
    } finally {
      lock.unlock();
    }
  }

  /** Takes up what another node has done to the keyring since this one read it. */
  Keyring reread() {
    lock.lock();
    try {
      return upToDate();
    } finally {
      lock.unlock();
    }
  }

  boolean isRootKey(SecretBytes key) {
    lock.lock();
    try {
      now();
      return rootKey.contentEquals(key);
    } finally {
      lock.unlock();
    }
  }

  SecretBytes copyRootKey() {
    lock.lock();
    try {
      now();
      return rootKey.copy();
    } finally {
      lock.unlock();
    }
  }

  boolean hasWrapKey() {
    lock.lock();
    try {
      now();
      return RootKey.hasWrapKey(rootKey);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Protects the keyring by {@code next} from now on, and writes {@code others} in the same commit.
   * The first wrap key comes with a new term, the first that has a second key.
   */
  void changeRootKey(SecretBytes next, Batch others) {
    lock.lock();
    try {
      Keyring keys = upToDate();
      if (RootKey.hasWrapKey(next) && keys.current().viewSecondKey().isEmpty()) {
        keys = keys.with(newTerm(keys.terms().size() + 1, next));
      }
      SecretBytes before = rootKey;
      try {
        write(keys, next, others);
      } catch (StorageFault.OutcomeUnknown e) {
        // Whichever of the two keys storage now names, the next write must use that one.
        if (!Keyring.isProtectedBy(next, stored(physical))) {
          throw e;
        }
      }
      rootKey = next.copy();
      keyring = keys;
      before.close();
    } finally {
      lock.unlock();
    }
  }

  /**
   * The keyring with all that storage knows of it, so that writing it back loses nothing of another
   * node's. The caller holds the lock.
   */
  private Keyring upToDate() {
    Keyring mine = now();
    byte[] stored = stored(physical);
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
  Term use(int count) {
    Term term = now().current();
    if (term.use(count)) {
      return term;
    }
    lock.lock();
    try {
      Keyring keys = upToDate();
      Term current = keys.current();
      boolean counted = current.number() == term.number() || current.use(count);
      if (counted && current.used() <= current.reserved()) {
        return current;
      }
      if (current.used() > keys.settings().operationsBound()) {
        current = newTerm(keys.terms().size() + 1, rootKey);
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
      lock.unlock();
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
    physical.commit(others.inGeneration(generation));
    lastStored = sealed;
  }

  private static byte[] stored(Storage physical) {
    return physical
        .get(Keyring.PATH)
        .orElseThrow(
            () ->
                new StorageFault.Damaged(
                    "the keyring is missing: storage has nothing at " + Keyring.PATH, null));
  }

  /** A new data key, and a second key where {@code protector} has a wrap key. */
  private Term newTerm(int number, SecretBytes protector) {
    SecretBytes key = SecretBytes.random(AesGcm.KEY_LENGTH, random);
    Optional<SecretBytes> second =
        RootKey.hasWrapKey(protector)
            ? Optional.of(SecretBytes.random(AesGcm.KEY_LENGTH, random))
            : Optional.empty();
    return new Term(number, new AesGcm(key), second, clock.instant(), 0);
  }

  /** What a use of a key means that failed because its memory is gone. */
  RuntimeException orSealed(IllegalStateException e) {
    return keyring == null ? new StorageFault.Unavailable("the barrier is sealed", e) : e;
  }

  /** Zeroes all keys. */
  @Override
  public void close() {
    lock.lock();
    try {
      Keyring keys = keyring;
      keyring = null;
      rootKey.close();
      if (keys != null) {
        keys.terms().forEach(Term::close);
      }
    } finally {
      lock.unlock();
    }
  }
}
