package strongroom.storage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Storage that lasts as long as the process: {@code storage "inmem"}, development, tests. */
public final class InMemoryStorage implements Storage {
  private final ConcurrentSkipListMap<String, byte[]> values =
      new ConcurrentSkipListMap<>(Utf8Order.ORDER);

  /** Starts empty. */
  public InMemoryStorage() {}

  @Override
  public Optional<byte[]> get(String key) {
    return Optional.ofNullable(values.get(key)).map(byte[]::clone);
  }

  @Override
  public Page list(String folder, String after, int limit) {
    List<String> names = new ArrayList<>();
    // '/' + 1 is '0': the first key behind everything in a sub-folder.
    String from = after.isEmpty() ? folder : folder + after;
    boolean inclusive = after.isEmpty();
    if (after.endsWith("/")) {
      from = folder + after.substring(0, after.length() - 1) + '0';
      inclusive = true;
    }
    String key = inclusive ? values.ceilingKey(from) : values.higherKey(from);
    while (key != null && key.startsWith(folder)) {
      if (names.size() == limit) {
        return new Page(names, true);
      }
      String name = Transaction.childName(folder, key);
      names.add(name);
      key =
          name.endsWith("/")
              ? values.ceilingKey(folder + name.substring(0, name.length() - 1) + '0')
              : values.higherKey(key);
    }
    return new Page(names, false);
  }

  /** Takes effect at once. Readers may see a part of a batch for a moment. */
  @Override
  public synchronized void commit(Batch batch) {
    batch
        .writes()
        .forEach(
            (key, value) ->
                value.ifPresentOrElse(v -> values.put(key, v.clone()), () -> values.remove(key)));
  }
}
