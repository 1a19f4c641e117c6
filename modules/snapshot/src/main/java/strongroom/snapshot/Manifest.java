package strongroom.snapshot;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.RefusedException;

/**
 * What a snapshot says of itself in {@code meta.json}, which Vault's tools read too: what is ours
 * alone stands below {@code Strongroom}.
 *
 * @param id a name of its own
 * @param index the last entry of Raft's that is in it
 * @param term in which leader's term that was
 * @param entries how many entries it has
 * @param size of {@code state.bin} in bytes
 * @param takenAt when it was taken
 * @param version of the server that took it
 * @param clusterId of the cluster that it is of
 * @param clusterName that cluster's name
 * @param seals what wraps its root key, one object for each seal: type, name, key label and id,
 *     serial, mechanism, SHA-256 of the wrapped key
 */
public record Manifest(
    String id,
    long index,
    long term,
    long entries,
    long size,
    Instant takenAt,
    String version,
    String clusterId,
    String clusterName,
    List<JsonObject> seals) {
  private static final int FORMAT = 1;
  private static final String OWN = "Strongroom";

  /** Keeps a copy of {@code seals}. */
  public Manifest {
    seals = List.copyOf(seals);
  }

  /** The same with what was counted. */
  Manifest counted(long count, long bytes) {
    return new Manifest(
        id, index, term, count, bytes, takenAt, version, clusterId, clusterName, seals);
  }

  /** As {@code meta.json} has it. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("Version", FORMAT)
        .put("ID", id)
        .put("Index", index)
        .put("Term", term)
        .put("Size", size)
        .put(
            OWN,
            JsonObject.builder()
                .put("format", FORMAT)
                .put("entries", entries)
                .put("taken_at", takenAt)
                .put("product_version", version)
                .put("cluster_id", clusterId)
                .put("cluster_name", clusterName)
                .put("seals", new JsonArray(List.<JsonValue>copyOf(seals)))
                .build())
        .build();
  }

  /**
   * What {@code meta} says; empty where another product made it.
   *
   * @throws SnapshotFault where it is not what was written, or of a later format
   */
  static Optional<Manifest> of(JsonObject meta) {
    try {
      Optional<JsonObject> own = new Fields(meta).object(OWN);
      return own.isPresent() ? Optional.of(of(new Fields(meta), new Fields(own.get()))) : none();
    } catch (RefusedException | DateTimeException e) {
      throw new SnapshotFault("meta.json lacks something, or has it otherwise", e);
    }
  }

  private static Optional<Manifest> none() {
    return Optional.empty();
  }

  private static Manifest of(Fields meta, Fields own) {
    long format = own.integer("format").orElse(0L);
    if (format != FORMAT) {
      throw new SnapshotFault(
          "meta.json is of format " + format + "; this version knows " + FORMAT, null);
    }
    List<JsonObject> seals = new ArrayList<>();
    if (own.value("seals").orElse(JsonObject.EMPTY) instanceof JsonArray array) {
      for (JsonValue seal : array.items()) {
        if (seal instanceof JsonObject object) {
          seals.add(object);
        }
      }
    }
    return new Manifest(
        meta.requiredString("ID"),
        meta.integer("Index").orElse(0L),
        meta.integer("Term").orElse(0L),
        own.integer("entries").orElse(0L),
        meta.integer("Size").orElse(0L),
        Instant.parse(own.requiredString("taken_at")),
        own.requiredString("product_version"),
        own.requiredString("cluster_id"),
        own.requiredString("cluster_name"),
        seals);
  }
}
