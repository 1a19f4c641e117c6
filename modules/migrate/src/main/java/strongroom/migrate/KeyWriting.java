package strongroom.migrate;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/**
 * Writes the versions of one key in order, each on condition that it becomes the number it is to
 * be.
 *
 * <p>A number whose content is gone gets a placeholder, which is destroyed, or drops out again
 * behind {@code max_versions}. A key that needs this, or other settings while it is written, is
 * marked until it is whole, so that a run that was cut off knows it again.
 */
final class KeyWriting {
  private final VersionedKeys keys;
  private final String key;
  private final List<Long> toDelete = new ArrayList<>();
  private final List<Long> toDestroy = new ArrayList<>();

  KeyWriting(VersionedKeys keys, String key) {
    this.keys = keys;
    this.key = key;
  }

  /** Writes a key that the target does not have. */
  void anew(KeyHistory source) {
    write(source, 0, false, !source.settings().unset() || source.current() == 0);
  }

  /** Writes what the target lacks of a key that it has in part. */
  void complete(KeyHistory source, KeyHistory target, KeyComparison comparison) {
    toDelete.addAll(comparison.toDelete());
    toDestroy.addAll(comparison.toDestroy());
    write(source, target.current(), target.settings().marked(), comparison.settings());
  }

  private void write(KeyHistory source, long written, boolean marked, boolean settings) {
    boolean special = source.current() > written && (marked || special(source, written));
    if (special) {
      configure(KeySettings.whileWriting(source.versions().size()));
    }
    boolean expires = false;
    for (long number = written + 1; number <= source.current(); number++) {
      Optional<KeyHistory.Version> version = source.version(number);
      Optional<Instant> end =
          version
              .filter(v -> v.state() == KeyHistory.State.EXPIRING)
              .flatMap(KeyHistory.Version::deletion);
      if (end.isPresent() || expires) {
        configure(lasting(source, end));
        expires = end.isPresent();
      }
      put(number, content(number, version));
    }
    send("delete/", toDelete);
    send("destroy/", toDestroy);
    if (special || marked) {
      destroyOlder(source);
    }
    if (settings || special) {
      configure(source.settings());
    }
  }

  /** Whether the key cannot be written under the settings that a fresh key has. */
  private boolean special(KeyHistory source, long written) {
    boolean gap = source.oldest() > written + 1;
    boolean many = source.versions().size() > keys.keptByMount();
    boolean expiring =
        source.versions().tailMap(written, false).values().stream()
            .anyMatch(version -> version.state() == KeyHistory.State.EXPIRING);
    return gap || many || expiring;
  }

  /** Settings under which the next version ends when the source's does. */
  private KeySettings lasting(KeyHistory source, Optional<Instant> end) {
    KeySettings plain = KeySettings.whileWriting(source.versions().size());
    Duration left =
        end.map(time -> Duration.ofSeconds(Duration.between(keys.now(), time).toSeconds()))
            .map(time -> time.isPositive() ? time : Duration.ofSeconds(1))
            .orElse(Duration.ZERO);
    return new KeySettings(plain.maxVersions(), plain.casRequired(), left, plain.custom());
  }

  private JsonObject content(long number, Optional<KeyHistory.Version> version) {
    if (version.isEmpty()) {
      return KeyComparison.PLACEHOLDER;
    }
    return switch (version.get().state()) {
      case LIVE, EXPIRING -> keys.wanted(key, number);
      case DELETED -> {
        toDelete.add(number);
        toDestroy.add(number);
        yield KeyComparison.PLACEHOLDER;
      }
      case DESTROYED -> {
        toDestroy.add(number);
        yield KeyComparison.PLACEHOLDER;
      }
    };
  }

  private void put(long number, JsonObject content) {
    keys.target()
        .write(
            keys.mount() + "data/" + key,
            JsonObject.builder()
                .put("data", content)
                .put("options", JsonObject.builder().put("cas", number - 1).build())
                .build());
  }

  private void configure(KeySettings settings) {
    keys.target().write(keys.mount() + "metadata/" + key, settings.toJson());
  }

  private void send(String verb, List<Long> versions) {
    if (!versions.isEmpty()) {
      List<JsonValue> numbers = versions.stream().<JsonValue>map(JsonNumber::of).toList();
      keys.target()
          .write(
              keys.mount() + verb + key,
              JsonObject.builder().put("versions", new JsonArray(numbers)).build());
    }
  }

  /** Placeholders that the target keeps, since its mount keeps more versions than the source's. */
  private void destroyOlder(KeyHistory source) {
    List<Long> older =
        keys.target()
            .data(keys.mount() + "metadata/" + key)
            .map(data -> KeyHistory.of(data, keys.now()))
            .map(history -> List.copyOf(history.versions().headMap(source.oldest()).keySet()))
            .orElse(List.of());
    send("destroy/", older);
  }
}
