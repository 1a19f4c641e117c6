package strongroom.token;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Json;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.KeyLocks;
import strongroom.storage.NotInMemoryException;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * All tokens: made, found, renewed, revoked.
 *
 * <p>Storage, below {@code sys/token/}: {@code id/<hash>} the entry; {@code accessor/<accessor>}
 * the hash; {@code parent/<hash>/<hash of the child>}; {@code expiry/<second, 12 digits>/<hash>},
 * so that what has ended is found without reading what has not; {@code salt} and {@code batch-key}.
 *
 * <p>Finding a token costs one hash and one look into {@link #cache}, which holds what storage
 * holds and is changed by the same commits.
 */
public final class TokenStore implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TokenStore.class);
  private static final String FOLDER = "sys/token/";
  private static final String ID = FOLDER + "id/";
  private static final String ACCESSOR = FOLDER + "accessor/";
  private static final String PARENT = FOLDER + "parent/";
  private static final String EXPIRY = FOLDER + "expiry/";
  private static final String SALT = FOLDER + "salt";
  private static final String BATCH_KEY = FOLDER + "batch-key";

  /** The secrets that all tokens rest on, which seal wrap is for. */
  public static final Set<String> SEAL_WRAPPED = Set.of(SALT, BATCH_KEY);

  private static final int CACHED_MAX = 50_000;
  private static final int PAGE = 500;

  /** Uses left of a token whose last use is under way: it goes with the request's commit. */
  private static final int LAST_USE = Integer.MAX_VALUE;

  /** How many tokens are revoked in one commit. */
  private static final int REVOKED_TOGETHER_MAX = 500;

  private final Storage barrier;
  private final Clock clock;
  private final SecureRandom random;
  private final String cubbyholePrefix;
  private final TokenText text;
  private final BatchCipher batch;
  private final KeyLocks locks = new KeyLocks();

  /**
   * Of one lock: who revokes a token that has children takes it before the locks of the tree's
   * tokens, so that no two do so at once and wait for each other.
   */
  private final KeyLocks trees = new KeyLocks();

  private final Map<String, TokenEntry> cache = new ConcurrentHashMap<>();

  /**
   * Opens what {@link #bootstrap} wrote.
   *
   * @param cubbyholePrefix where the cubbyhole keeps its content, a folder a token
   */
  public TokenStore(Storage barrier, String cubbyholePrefix, Clock clock, SecureRandom random) {
    this.barrier = barrier;
    this.clock = clock;
    this.random = random;
    this.cubbyholePrefix = cubbyholePrefix;
    this.text = new TokenText(required(barrier, SALT));
    this.batch = new BatchCipher(SecretBytes.takeFrom(required(barrier, BATCH_KEY)), random);
  }

  private static byte[] required(ReadableStorage storage, String key) {
    return storage
        .get(key)
        .orElseThrow(() -> new StorageFault.Damaged("the tokens' secret is missing: " + key, null));
  }

  /** Writes what tokens need before the first can be made. */
  public static void bootstrap(Transaction transaction, SecureRandom random) {
    for (String key : List.of(SALT, BATCH_KEY)) {
      byte[] secret = new byte[32];
      random.nextBytes(secret);
      transaction.put(key, secret);
    }
  }

  /** The token {@code token}, where there is one and it has not ended. */
  public Optional<TokenEntry> lookup(String token) {
    return lookup(token, barrier);
  }

  /**
   * The same, where {@code from} is the barrier, or as much of it as is in memory.
   *
   * @throws NotInMemoryException where that is not enough
   */
  public Optional<TokenEntry> lookup(String token, ReadableStorage from) {
    if (token.isEmpty() || token.length() > TokenText.LENGTH_MAX) {
      return Optional.empty();
    }
    if (token.startsWith(TokenText.BATCH_PREFIX)) {
      Instant now = clock.instant();
      return batch
          .open(token)
          .filter(entry -> !entry.expired(now))
          .filter(entry -> entry.orphan() || find(entry.parent(), from).isPresent());
    }
    return find(text.id(token), from);
  }

  /** The token with {@code accessor}, where there is one and it has not ended. */
  public Optional<TokenEntry> lookupAccessor(String accessor) {
    if (accessor.isEmpty() || accessor.length() > 128 || accessor.contains("/")) {
      return Optional.empty();
    }
    return barrier.get(ACCESSOR + accessor).flatMap(id -> find(ascii(id)));
  }

  /** The token with {@code id}, where there is one and it has not ended. */
  Optional<TokenEntry> find(String id) {
    return find(id, barrier);
  }

  private Optional<TokenEntry> find(String id, ReadableStorage from) {
    TokenEntry known = cache.get(id);
    if (known == null) {
      Optional<TokenEntry> stored = read(from, id);
      if (stored.isEmpty()) {
        return stored;
      }
      known = stored.get();
      keep(known, from);
    }
    return known.expired(clock.instant()) ? Optional.empty() : Optional.of(known);
  }

  private void keep(TokenEntry entry, ReadableStorage from) {
    if (cache.size() >= CACHED_MAX) {
      cache.keySet().stream().limit(CACHED_MAX / 10).toList().forEach(cache::remove);
    }
    cache.putIfAbsent(entry.id(), entry);
    // A commit may have removed the entry between the read and the line before.
    boolean stillThere = false;
    try {
      stillThere = from.get(ID + entry.id()).isPresent();
    } finally {
      if (!stillThere) {
        cache.remove(entry.id());
      }
    }
  }

  private static Optional<TokenEntry> read(ReadableStorage storage, String id) {
    return storage
        .get(ID + id)
        .map(
            bytes -> {
              try {
                return TokenEntry.fromJson(Json.parseObject(bytes));
              } catch (Json.MalformedJson | RefusedException | NoSuchElementException e) {
                throw new StorageFault.Damaged("a token's entry cannot be read: " + ID + id, e);
              }
            });
  }

  /** Makes a token. It is good once {@code transaction} has been committed. */
  public IssuedToken create(Transaction transaction, TokenRequest request) {
    TokenEntry.Life life =
        new TokenEntry.Life(
            clock.instant(),
            request.ttl(),
            request.explicitMaxTtl(),
            request.period(),
            request.renewable(),
            Optional.empty());
    if (request.type() == TokenType.BATCH) {
      TokenEntry entry =
          new TokenEntry("batch", "", request.parent(), TokenType.BATCH, request.grant(), life, 0);
      return new IssuedToken(batch.seal(entry), entry);
    }
    String token = request.chosen().orElseGet(() -> TokenText.newService(random));
    TokenEntry entry =
        new TokenEntry(
            text.id(token),
            TokenText.newAccessor(random),
            request.parent(),
            TokenType.SERVICE,
            request.grant(),
            life,
            request.uses());
    if (request.chosen().isPresent() && read(transaction, entry.id()).isPresent()) {
      throw Refusal.invalid("cannot create a token with a duplicate ID");
    }
    if (!entry.orphan()) {
      keep(transaction, entry.parent());
      if (read(transaction, entry.parent()).isEmpty()) {
        throw Refusal.denied();
      }
      transaction.put(PARENT + entry.parent() + "/" + entry.id(), new byte[0]);
    }
    transaction.put(ACCESSOR + entry.accessor(), ascii(entry.id()));
    write(transaction, entry);
    return new IssuedToken(token, entry);
  }

  /** {@code parent} is not revoked before {@code transaction} is closed: that locks it alone. */
  void keep(Transaction transaction, String parent) {
    transaction.lockShared(locks, parent);
  }

  /** Makes a token that may do everything and never ends. */
  public IssuedToken createRoot(Transaction transaction, Optional<String> chosen) {
    return create(
        transaction,
        new TokenRequest(
            TokenType.SERVICE,
            "",
            new TokenEntry.Grant(
                List.of(PolicyNames.ROOT), "auth/token/root", "root", Map.of(), "", List.of(), ""),
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            false,
            0,
            chosen));
  }

  private void write(Transaction transaction, TokenEntry entry) {
    transaction.put(ID + entry.id(), Json.toBytes(entry.toJson()));
    expiryKey(entry).ifPresent(key -> transaction.put(key, new byte[0]));
    transaction.afterCommit(() -> cache.put(entry.id(), entry));
  }

  private static Optional<String> expiryKey(TokenEntry entry) {
    return entry
        .life()
        .expiresAt()
        .map(end -> EXPIRY + String.format("%012d", end.getEpochSecond()) + "/" + entry.id());
  }

  /**
   * Takes one of a token's uses, where they are counted.
   *
   * @return the entry as it is with this use taken; empty where none was left
   */
  public Optional<TokenEntry> use(Transaction transaction, TokenEntry entry) {
    if (entry.usesLeft() == 0) {
      return Optional.of(entry);
    }
    transaction.lock(locks, entry.id());
    Optional<TokenEntry> now = read(transaction, entry.id());
    if (now.isEmpty() || now.get().usesLeft() < 1 || usedUp(now.get())) {
      return Optional.empty();
    }
    int left = now.get().usesLeft() - 1;
    TokenEntry used = now.get().withUsesLeft(left == 0 ? LAST_USE : left);
    write(transaction, used);
    return Optional.of(used);
  }

  /** {@code entry} with what {@code transaction} has done to it: this request's use is taken. */
  TokenEntry asOf(Transaction transaction, TokenEntry entry) {
    return transaction.hasWrites() ? read(transaction, entry.id()).orElse(entry) : entry;
  }

  /** Whether {@code entry}, as {@link #use} gave it, ends with this request. */
  public boolean usedUp(TokenEntry entry) {
    return entry.usesLeft() == LAST_USE;
  }

  /**
   * Gives a token more time.
   *
   * @param wanted how much; empty for as much as it was made with
   * @param maxTtl the bound of its mount
   */
  public TokenEntry renew(
      Transaction transaction, TokenEntry token, Optional<Duration> wanted, Duration maxTtl) {
    if (!token.life().renewable() || token.type() == TokenType.BATCH) {
      throw Refusal.invalid("the token is not renewable");
    }
    transaction.lock(locks, token.id());
    TokenEntry before = read(transaction, token.id()).orElseThrow(Refusal::denied);
    Instant now = clock.instant();
    TokenEntry.Life life = before.life();
    Duration ttl =
        life.period().isZero() ? wanted.filter(w -> !w.isZero()).orElse(life.ttl()) : life.period();
    if (life.period().isZero()) {
      ttl = shorter(ttl, Duration.between(now, life.createdAt().plus(maxTtl)));
    }
    if (!life.explicitMaxTtl().isZero()) {
      ttl = shorter(ttl, Duration.between(now, life.createdAt().plus(life.explicitMaxTtl())));
    }
    if (ttl.isNegative() || ttl.isZero()) {
      throw Refusal.invalid("the token has reached its maximum lifetime and cannot be renewed");
    }
    expiryKey(before).ifPresent(transaction::delete);
    TokenEntry after =
        before.with(
            new TokenEntry.Life(
                life.createdAt(),
                ttl,
                life.explicitMaxTtl(),
                life.period(),
                true,
                Optional.of(now)));
    write(transaction, after);
    return after;
  }

  private static Duration shorter(Duration left, Duration right) {
    return left.compareTo(right) <= 0 ? left : right;
  }

  /** Revokes {@code token} and everything that it made, directly or not. */
  public void revokeTree(Transaction transaction, TokenEntry token) {
    if (token.type() == TokenType.BATCH) {
      throw Refusal.invalid("batch tokens cannot be revoked");
    }
    lockWithChildren(transaction, token.id());
    // Leaves first: should this stop half way, what is left still hangs on its parent.
    List<TokenEntry> tree = tree(transaction, token);
    while (tree.size() > REVOKED_TOGETHER_MAX) {
      try (Transaction part = new Transaction(barrier)) {
        tree.subList(tree.size() - REVOKED_TOGETHER_MAX, tree.size()).forEach(e -> remove(part, e));
        part.commit();
      }
      tree = tree(transaction, token);
    }
    tree.forEach(entry -> remove(transaction, entry));
  }

  /** Revokes {@code token} alone; what it made goes on without a parent. */
  public void revokeOrphan(Transaction transaction, TokenEntry token) {
    if (token.type() == TokenType.BATCH) {
      throw Refusal.invalid("batch tokens cannot be revoked");
    }
    lockWithChildren(transaction, token.id());
    for (String child : names(transaction, PARENT + token.id() + "/")) {
      transaction.lock(locks, child);
      read(transaction, child).ifPresent(entry -> write(transaction, entry.orphaned()));
      transaction.delete(PARENT + token.id() + "/" + child);
    }
    remove(transaction, token);
  }

  private void lockWithChildren(Transaction transaction, String id) {
    if (!transaction.list(PARENT + id + "/", "", 1).names().isEmpty()) {
      transaction.lock(trees, "");
    }
    transaction.lock(locks, id);
  }

  /**
   * {@code token} and all below it, parents before children. Each is locked before its children are
   * looked for, so that none is made behind the search.
   */
  private List<TokenEntry> tree(Transaction transaction, TokenEntry token) {
    List<TokenEntry> tree = new ArrayList<>();
    Deque<String> open = new ArrayDeque<>(List.of(token.id()));
    while (!open.isEmpty()) {
      String id = open.removeFirst();
      lockWithChildren(transaction, id);
      read(transaction, id).ifPresent(tree::add);
      open.addAll(names(transaction, PARENT + id + "/"));
    }
    return tree;
  }

  private void remove(Transaction transaction, TokenEntry entry) {
    transaction.delete(ID + entry.id());
    transaction.delete(ACCESSOR + entry.accessor());
    expiryKey(entry).ifPresent(transaction::delete);
    if (!entry.orphan()) {
      transaction.delete(PARENT + entry.parent() + "/" + entry.id());
    }
    deleteFolder(transaction, cubbyholePrefix + entry.id() + "/");
    transaction.afterCommit(() -> cache.remove(entry.id()));
  }

  private static void deleteFolder(Transaction transaction, String folder) {
    for (String name : names(transaction, folder)) {
      if (name.endsWith("/")) {
        deleteFolder(transaction, folder + name);
      } else {
        transaction.delete(folder + name);
      }
    }
  }

  /** All accessors, in order. */
  public List<String> accessors() {
    return names(barrier, ACCESSOR);
  }

  private static List<String> names(ReadableStorage storage, String folder) {
    List<String> names = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      Page page = storage.list(folder, after, PAGE);
      names.addAll(page.names());
      more = page.more() && !page.names().isEmpty();
      after = more ? page.names().getLast() : "";
    }
    return names;
  }

  /**
   * Revokes what has ended, a bounded number at a time.
   *
   * @return how many were revoked; the bound means that there may be more
   */
  public int sweep() {
    String now = String.format("%012d/", clock.instant().getEpochSecond());
    int swept = 0;
    for (String second : barrier.list(EXPIRY, "", PAGE).names()) {
      if (second.compareTo(now) >= 0) {
        break;
      }
      for (String id : barrier.list(EXPIRY + second, "", PAGE).names()) {
        swept += sweep(EXPIRY + second + id, id);
      }
    }
    return swept;
  }

  private int sweep(String expiryKey, String id) {
    try (Transaction transaction = new Transaction(barrier)) {
      lockWithChildren(transaction, id);
      Optional<TokenEntry> entry = read(transaction, id);
      transaction.delete(expiryKey);
      boolean ended = entry.isPresent() && entry.get().expired(clock.instant());
      if (ended) {
        revokeTree(transaction, entry.get());
      }
      transaction.commit();
      return ended ? 1 : 0;
    }
  }

  /** Removes what points to tokens that are gone. */
  public int tidy() {
    int removed = 0;
    for (String accessor : accessors()) {
      Optional<byte[]> id = barrier.get(ACCESSOR + accessor);
      if (id.isPresent() && read(barrier, ascii(id.get())).isEmpty()) {
        barrier.commit(new Batch().delete(ACCESSOR + accessor));
        removed++;
      }
    }
    LOG.info("tidied the token store: {} accessors without a token removed", removed);
    return removed;
  }

  private static byte[] ascii(String value) {
    return value.getBytes(US_ASCII);
  }

  private static String ascii(byte[] value) {
    return new String(value, US_ASCII);
  }

  /** Forgets all tokens and zeroes the key of batch tokens. */
  @Override
  public void close() {
    cache.clear();
    batch.close();
  }
}
