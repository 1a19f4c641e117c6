package strongroom.system.node;

import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.KeyShares;
import strongroom.node.Node;
import strongroom.node.SealMigration;

/**
 * {@code sys/seal/migrate}, ours: moves the root key to the seals of the configuration that was
 * read last, while the node serves. Told is what would be done, and what each seal says to it.
 */
final class SealMigrationEndpoint {
  private final Node node;

  SealMigrationEndpoint(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal/migrate", "Moves the root key to the seals that the file names now.")
            .field("key", "string", "A share of the key that decides now, hexadecimal or Base64.")
            .field("dry_run", "boolean", "Whether to ask the seals only, and change nothing.")
            .field("reset", "boolean", "Whether to forget the shares given so far.")
            .on(Operation.READ, _ -> status(node.sealMigration().status(), false))
            .on(Operation.DELETE, _ -> reset())
            .onWrite(this::write)
            .sudo()
            .build());
  }

  private Response write(Call call) {
    Fields fields = call.fields();
    SealMigration migration = node.sealMigration();
    if (fields.bool("reset").orElse(false)) {
      return reset();
    }
    if (fields.bool("dry_run").orElse(false)) {
      return dryRun(migration);
    }
    SealMigration.Status status =
        migration.update(fields.string("key").filter(key -> !key.isBlank()).map(KeyShares::parse));
    return status(status, status.to().isEmpty());
  }

  private Response reset() {
    node.sealMigration().reset();
    return status(node.sealMigration().status(), false);
  }

  private static Response dryRun(SealMigration migration) {
    SealMigration.Trial trial = migration.dryRun();
    JsonObject.Builder body =
        told(migration.status())
            .put("dry_run", true)
            .put("possible", trial.possible())
            .put(
                "proofs",
                new JsonArray(trial.proofs().stream().map(SealMigrationEndpoint::proof).toList()));
    trial.hindrance().ifPresent(why -> body.put("hindrance", why));
    return Response.of(body.build());
  }

  private static JsonValue proof(SealMigration.Proof proof) {
    return JsonObject.builder()
        .put("seal_name", proof.seal())
        .put("seal_type", proof.type())
        .put("side", proof.source() ? "from" : "to")
        .put("good", proof.good())
        .put("message", proof.message())
        .build();
  }

  private static Response status(SealMigration.Status status, boolean migrated) {
    return Response.of(told(status).put("migrated", migrated).build());
  }

  /** {@code to} is left out where the configuration asks for what there is. */
  static JsonObject.Builder told(SealMigration.Status status) {
    JsonObject.Builder body =
        JsonObject.builder()
            .put("configured", status.to().isPresent())
            .put("from", end(status.from()));
    status.to().ifPresent(to -> body.put("to", end(to)));
    return body.put("t", status.threshold())
        .put("n", status.shares())
        .put("progress", status.progress());
  }

  private static JsonObject end(SealMigration.End end) {
    return JsonObject.builder()
        .put("type", end.type())
        .put("seals", JsonArray.ofStrings(end.seals()))
        .build();
  }
}
