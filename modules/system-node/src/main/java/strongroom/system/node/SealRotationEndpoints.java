package strongroom.system.node;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.node.Node;
import strongroom.node.SealMigration;
import strongroom.node.SealRotation;
import strongroom.seal.SealKey;

/**
 * {@code sys/seal/rotate} and {@code sys/seal/rollback}, ours: another key of the HSM takes over.
 */
final class SealRotationEndpoints {
  private static final int NAME_CHARACTERS_MAX = 255;

  private final Node node;

  SealRotationEndpoints(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("seal/rotate", "Wraps the root key by another key of the HSM from now on.")
            .field("name", "string", "The seal, where there are several.")
            .field("label", "string", "The key's label; the configured one.")
            .field("id", "string", "The key's id in hex; of a key that is made, a random one.")
            .field("generate", "boolean", "Whether the key is made; false.")
            .on(Operation.READ, this::status)
            .onWrite(this::rotate)
            .sudo()
            .build(),
        Endpoint.at("seal/rollback", "Gives up a rotation, or goes back to the key before.")
            .field("name", "string", "The seal, where there are several.")
            .field("migration", "boolean", "Whether to go back to the seals before a migration.")
            .onWrite(this::rollback)
            .sudo()
            .build());
  }

  private Response status(Call call) {
    Optional<SealRotation.Pending> pending = node.sealRotation().pending();
    JsonObject.Builder body = JsonObject.builder().put("in_progress", pending.isPresent());
    pending.ifPresent(
        now -> body.put("seal_name", now.sealName()).put("key_label", now.key().label()));
    pending.ifPresent(now -> body.put("key_id", now.key().id()));
    return Response.of(body.build());
  }

  private Response rotate(Call call) {
    Fields fields = call.fields();
    SealKey wish = new SealKey(text(fields, "label"), text(fields, "id"));
    boolean generate = fields.bool("generate").orElse(false);
    if (!generate && wish.label().isEmpty() && wish.id().isEmpty()) {
      throw Refusal.invalid("name a key by label or id, or have one made by generate");
    }
    SealKey key = node.sealRotation().rotate(text(fields, "name"), wish, generate);
    return Response.of(told(key).put("rotated", true).build());
  }

  private Response rollback(Call call) {
    if (call.fields().bool("migration").orElse(false)) {
      SealMigration.Status status = node.sealMigration().rollback();
      return Response.of(SealMigrationEndpoint.told(status).put("rolled_back", true).build());
    }
    Optional<SealKey> key = node.sealRotation().rollback(text(call.fields(), "name"));
    return Response.of(
        key.map(SealRotationEndpoints::told)
            .orElseGet(JsonObject::builder)
            .put("rolled_back", key.isPresent())
            .put("given_up", key.isEmpty())
            .build());
  }

  private static JsonObject.Builder told(SealKey key) {
    return JsonObject.builder().put("key_label", key.label()).put("key_id", key.id());
  }

  private static String text(Fields fields, String name) {
    String text = fields.string(name).orElse("");
    if (text.length() > NAME_CHARACTERS_MAX) {
      throw Refusal.invalid(name + " has more than " + NAME_CHARACTERS_MAX + " characters");
    }
    return text;
  }
}
