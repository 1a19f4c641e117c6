package strongroom.system.node;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import strongroom.ceremony.CeremonyCheck;
import strongroom.ceremony.CeremonyHead;
import strongroom.ceremony.CeremonyKey;
import strongroom.ceremony.SignedEntry;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Response;
import strongroom.node.Ceremony;
import strongroom.node.Node;

/**
 * {@code sys/ceremony}, ours: the record of what was done to the keys, as it was signed, and
 * whether it is right. {@code sys/ceremony/verify} asks the HSMs for their part in it besides.
 */
final class CeremonyEndpoints {
  private final Node node;

  CeremonyEndpoints(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("ceremony", "Shows the record of what was done to the keys.")
            .on(Operation.READ, call -> read())
            .sudo()
            .build(),
        Endpoint.at("ceremony/verify", "Checks the record, and asks the HSMs for their part in it.")
            .field("count", "integer", "A number of entries that was noted before.")
            .field("hash", "string", "The hash of the last one of these.")
            .onWrite(this::verify)
            .sudo()
            .build());
  }

  private Response read() {
    Ceremony.Stored stored = node.ceremony().read();
    return Response.of(body(stored, Optional.empty()).build());
  }

  private Response verify(Call call) {
    Ceremony.Stored stored = node.ceremony().read();
    Optional<CeremonyCheck.Anchor> anchor =
        call.fields()
            .nonEmptyString("hash")
            .map(
                hash ->
                    new CeremonyCheck.Anchor(
                        call.fields().integer("count").orElse(0L), hash.toLowerCase(Locale.ROOT)));
    List<JsonValue> proofs = new ArrayList<>();
    boolean wrong = false;
    for (int i = 0; i < stored.entries().size(); i++) {
      JsonObject.Builder told = JsonObject.builder().put("entry", i + 1L);
      for (var proof : node.ceremony().prove(stored.entries().get(i)).entrySet()) {
        told.put(proof.getKey(), proof.getValue().name().toLowerCase(Locale.ROOT));
        wrong |= proof.getValue() == Ceremony.Proof.WRONG;
      }
      proofs.add(told.build());
    }
    return Response.of(
        body(stored, anchor)
            .put("hsm_proofs", new JsonArray(proofs))
            .put("hsm_proofs_right", !wrong)
            .build());
  }

  private static JsonObject.Builder body(
      Ceremony.Stored stored, Optional<CeremonyCheck.Anchor> anchor) {
    List<String> problems =
        CeremonyCheck.problems(stored.entries(), stored.head(), stored.publicHalf(), anchor);
    JsonObject.Builder body =
        JsonObject.builder()
            .put("valid", problems.isEmpty())
            .put("problems", problems)
            .put("public_key", Base64.getEncoder().encodeToString(stored.publicHalf()))
            .put("fingerprint", CeremonyKey.fingerprint(stored.publicHalf()));
    stored.head().map(CeremonyHead::toJson).ifPresent(head -> body.put("head", head));
    return body.put(
        "entries",
        new JsonArray(
            stored.entries().stream()
                .map(SignedEntry::toJson)
                .map(JsonValue.class::cast)
                .toList()));
  }
}
