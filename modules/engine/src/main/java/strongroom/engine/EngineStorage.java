package strongroom.engine;

import java.util.List;
import java.util.Optional;

/**
 * A mount's own part of storage within one request. Writes become durable together when the handler
 * has returned and before the client is answered; nothing of them when it throws. Reads see the
 * writes made before them in the same request.
 */
public interface EngineStorage {
  /** The value of {@code key}; the array belongs to the caller. */
  Optional<byte[]> get(String key);

  /** Sets {@code key} to {@code value}. */
  void put(String key, byte[] value);

  /** Removes {@code key}, where it is there. */
  void delete(String key);

  /**
   * Names directly in {@code folder} (empty text, or ending with a slash), in order, sub-folders
   * with a slash behind; at most {@code limit}, only those behind {@code after}.
   */
  List<String> list(String folder, String after, int limit);

  /**
   * Keeps other requests that lock {@code key} waiting until this one has been committed, so that
   * what is read, decided and written back is one step. One key a request.
   */
  void lock(String key);

  /** Runs {@code action} once this request's writes are durable. */
  void afterCommit(Runnable action);
}
