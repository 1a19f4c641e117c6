package strongroom.request;

import java.util.List;
import java.util.Optional;
import strongroom.engine.EngineStorage;

/** Storage for endpoints that answer before there is any: it holds nothing and takes nothing. */
final class NoStorage implements EngineStorage {
  @Override
  public Optional<byte[]> get(String key) {
    return Optional.empty();
  }

  @Override
  public void put(String key, byte[] value) {
    throw new IllegalStateException("a node's own endpoint has no mount to write to");
  }

  @Override
  public void delete(String key) {
    throw new IllegalStateException("a node's own endpoint has no mount to write to");
  }

  @Override
  public List<String> list(String folder, String after, int limit) {
    return List.of();
  }

  @Override
  public void lock(String key) {}

  @Override
  public void afterCommit(Runnable action) {
    throw new IllegalStateException("a node's own endpoint commits nothing here");
  }
}
