package strongroom.migrate;

import java.util.Optional;
import strongroom.logical.JsonObject;

/** Keys of KV version 1: one object each. */
record PlainKeys(String mount, Side source, Side target, boolean overwrite) implements Keys {
  @Override
  public String listing() {
    return mount;
  }

  @Override
  public Optional<Result> move(String key) {
    Optional<JsonObject> wanted = source.data(mount + key);
    if (wanted.isEmpty()) {
      return Optional.empty();
    }
    Optional<JsonObject> there = target.data(mount + key);
    if (there.isPresent()) {
      if (Digest.equal(wanted.get(), there.get())) {
        return Optional.of(Result.IN_PLACE);
      }
      if (!overwrite) {
        return Optional.of(new Result(Outcome.DIFFERS, "its content is another on the target"));
      }
    }
    target.write(mount + key, wanted.get());
    return Optional.of(Result.MOVED);
  }

  @Override
  public Optional<String> difference(String key) {
    Optional<JsonObject> wanted = source.data(mount + key);
    Optional<JsonObject> there = target.data(mount + key);
    if (wanted.isEmpty()) {
      return there.map(any -> "the source no longer has it");
    }
    if (there.isEmpty()) {
      return Optional.of("it is not on the target");
    }
    return Digest.equal(wanted.get(), there.get())
        ? Optional.empty()
        : Optional.of("its content is another on the target");
  }
}
