package strongroom.migrate;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * What the target lacks of a key of KV version 2 that it has, at least in part.
 *
 * @param conflict in what the target has something else than the source, which only {@code
 *     -overwrite} replaces
 * @param toDelete versions that still have to be deleted
 * @param toDestroy versions that still have to be destroyed
 * @param settings the settings that still have to be written
 * @param behind whether versions are missing
 */
record KeyComparison(
    Optional<Conflict> conflict,
    List<Long> toDelete,
    List<Long> toDestroy,
    boolean settings,
    boolean behind) {

  /**
   * Something else on the target.
   *
   * @param why what it is
   * @param content whether versions differ, so that the key has to be written anew
   */
  record Conflict(String why, boolean content) {}

  /** What stands in for a version whose content is gone, until it is destroyed too. */
  static final JsonObject PLACEHOLDER =
      JsonObject.builder().put("strongroom-migrate", "placeholder").build();

  /** Reads versions of the key from both sides; empty where one cannot be read. */
  interface Contents {
    Optional<JsonObject> source(long version);

    Optional<JsonObject> target(long version);
  }

  boolean same() {
    return conflict.isEmpty() && toDelete.isEmpty() && toDestroy.isEmpty() && !settings && !behind;
  }

  static KeyComparison of(KeyHistory source, KeyHistory target, Contents contents) {
    List<Long> toDelete = new ArrayList<>();
    List<Long> toDestroy = new ArrayList<>();
    Optional<Conflict> conflict = Optional.empty();
    if (target.current() > source.current()) {
      conflict = differs("the target has newer versions");
    }
    for (Map.Entry<Long, KeyHistory.Version> entry : source.versions().entrySet()) {
      long number = entry.getKey();
      if (number > target.current() || conflict.isPresent()) {
        break;
      }
      Optional<KeyHistory.Version> there = target.version(number);
      conflict =
          there.isEmpty()
              ? differs("version " + number + " is no longer on the target")
              : version(number, entry.getValue(), there.get(), contents, toDelete, toDestroy);
    }
    boolean settings = !source.settings().equals(target.settings());
    boolean ours = target.settings().unset() || target.settings().marked();
    if (conflict.isEmpty() && settings && !ours) {
      List<String> names = source.settings().differences(target.settings());
      conflict =
          Optional.of(
              new Conflict(
                  "its settings differ on the target: " + String.join(", ", names), false));
    }
    boolean behind = target.current() < source.current();
    return new KeyComparison(conflict, toDelete, toDestroy, settings, behind);
  }

  private static Optional<Conflict> version(
      long number,
      KeyHistory.Version source,
      KeyHistory.Version target,
      Contents contents,
      List<Long> toDelete,
      List<Long> toDestroy) {
    switch (source.state()) {
      case LIVE, EXPIRING -> {
        if (!target.readable()) {
          return differs("version " + number + " is deleted on the target");
        }
        if (source.state() != target.state()) {
          return differs("version " + number + " is to be deleted on one side only");
        }
        return sameContent(number, contents)
            ? Optional.empty()
            : differs("version " + number + " has another content on the target");
      }
      case DELETED -> {
        if (!target.readable()) {
          return Optional.empty();
        }
        if (!isPlaceholder(number, contents)) {
          return differs("version " + number + " is deleted on the source only");
        }
        toDelete.add(number);
        toDestroy.add(number);
      }
      case DESTROYED -> {
        if (target.state() == KeyHistory.State.DESTROYED) {
          return Optional.empty();
        }
        if (!target.readable() || !isPlaceholder(number, contents)) {
          return differs("version " + number + " is destroyed on the source only");
        }
        toDestroy.add(number);
      }
    }
    return Optional.empty();
  }

  private static boolean sameContent(long number, Contents contents) {
    Optional<JsonObject> here = contents.source(number);
    Optional<JsonObject> there = contents.target(number);
    return here.isPresent() && there.isPresent() && Digest.equal(here.get(), there.get());
  }

  private static boolean isPlaceholder(long number, Contents contents) {
    return contents.target(number).filter(PLACEHOLDER::equals).isPresent();
  }

  private static Optional<Conflict> differs(String why) {
    return Optional.of(new Conflict(why, true));
  }
}
