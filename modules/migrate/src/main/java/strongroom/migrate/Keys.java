package strongroom.migrate;

import java.util.Optional;

/** Moves keys of one mount of KV, one at a time; used by several threads. */
sealed interface Keys permits PlainKeys, VersionedKeys {
  /** What came of a key, and why where it was not moved. */
  record Result(Outcome outcome, String why) {
    static final Result MOVED = new Result(Outcome.MOVED, "");
    static final Result IN_PLACE = new Result(Outcome.IN_PLACE, "");
  }

  /** The folder that lists the mount's keys. */
  String listing();

  /**
   * Brings the key to the target where it is not there.
   *
   * @return empty where the source no longer has it
   * @throws Refused where a server says no
   */
  Optional<Result> move(String key);

  /** In what the key on the target is not what the source has; empty where it is the same. */
  Optional<String> difference(String key);
}
