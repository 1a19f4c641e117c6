package strongroom.migrate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * Keys of KV version 2, with all versions that the source keeps, under the same numbers.
 *
 * @param mount the mount's path
 * @param source where they are
 * @param target where they go
 * @param overwrite whether what differs is replaced
 * @param keptByMount how many versions the target's mount keeps of a key that says nothing
 * @param clock the time, which tells a version that expires from one that has
 */
record VersionedKeys(
    String mount,
    Side source,
    Side target,
    boolean overwrite,
    long keptByMount,
    InstantSource clock)
    implements Keys {

  /** How often a key is looked at anew that changes while it is moved. */
  private static final int ATTEMPTS_MAX = 3;

  @Override
  public String listing() {
    return mount + "metadata/";
  }

  @Override
  public Optional<Result> move(String key) {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(key);
      } catch (Refused e) {
        // A write whose answer got lost, or one of somebody else, moved the version on: look again.
        if (e.status() != 400 || attempt >= ATTEMPTS_MAX) {
          throw e;
        }
      } catch (Changed e) {
        if (attempt >= ATTEMPTS_MAX) {
          return Optional.of(new Result(Outcome.FAILED, "it changes while it is moved"));
        }
      }
    }
  }

  /** The source has no longer what it had a moment ago. */
  private static final class Changed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Changed() {
      super(null, null, false, false);
    }
  }

  private Optional<Result> once(String key) {
    Optional<KeyHistory> wanted = history(source, key);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Optional<KeyHistory> there = history(target, key);
    if (there.isPresent()) {
      KeyComparison comparison = compare(key, wanted.get(), there.get());
      if (comparison.same()) {
        return Optional.of(Result.IN_PLACE);
      }
      Optional<KeyComparison.Conflict> conflict = comparison.conflict();
      boolean ours = there.get().settings().marked();
      if (conflict.isPresent() && !ours && !overwrite) {
        return Optional.of(new Result(Outcome.DIFFERS, conflict.get().why()));
      }
      if (conflict.filter(KeyComparison.Conflict::content).isEmpty()) {
        new KeyWriting(this, key).complete(wanted.get(), there.get(), comparison);
        return Optional.of(Result.MOVED);
      }
      target.delete(mount + "metadata/" + key);
    }
    new KeyWriting(this, key).anew(wanted.get());
    return Optional.of(Result.MOVED);
  }

  @Override
  public Optional<String> difference(String key) {
    Optional<KeyHistory> wanted = history(source, key);
    Optional<KeyHistory> there = history(target, key);
    if (wanted.isEmpty()) {
      return there.map(any -> "the source no longer has it");
    }
    if (there.isEmpty()) {
      return Optional.of("it is not on the target");
    }
    KeyComparison comparison = compare(key, wanted.get(), there.get());
    if (comparison.same()) {
      return Optional.empty();
    }
    return Optional.of(
        comparison
            .conflict()
            .map(KeyComparison.Conflict::why)
            .orElse(
                comparison.behind()
                    ? "the source has newer versions"
                    : "deletions or settings are missing on the target"));
  }

  Instant now() {
    return clock.instant();
  }

  private Optional<KeyHistory> history(Side side, String key) {
    return side.data(mount + "metadata/" + key).map(data -> KeyHistory.of(data, now()));
  }

  private KeyComparison compare(String key, KeyHistory wanted, KeyHistory there) {
    return KeyComparison.of(
        wanted,
        there,
        new KeyComparison.Contents() {
          @Override
          public Optional<JsonObject> source(long version) {
            return content(source, key, version);
          }

          @Override
          public Optional<JsonObject> target(long version) {
            return content(target, key, version);
          }
        });
  }

  /** The content of a version; empty where it cannot be read (any more). */
  private Optional<JsonObject> content(Side side, String key, long version) {
    return side.find(Ask.version(mount + "data/" + key, version))
        .flatMap(answer -> answer.data().member("data"))
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast);
  }

  /** The content of a version that the source is to have. */
  JsonObject wanted(String key, long version) {
    return content(source, key, version).orElseThrow(Changed::new);
  }
}
