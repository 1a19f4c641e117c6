package strongroom.system.node;

import strongroom.logical.JsonObject;
import strongroom.logical.Response;
import strongroom.node.Obstacle;

/** The shapes these endpoints answer in. */
final class Answers {
  private Answers() {}

  /** HTTP 200 with {@code body} and no envelope. */
  static Response bare(JsonObject body) {
    return Response.of(200, Response.Shape.BARE, body);
  }

  /** HTTP 200 with the members at the top and under {@code data}. */
  static Response mirrored(JsonObject body) {
    return Response.of(200, Response.Shape.MIRRORED, body);
  }

  /** Ours, beside Vault's members: why the node is sealed, for machines and for people. */
  static JsonObject reason(Obstacle obstacle) {
    return JsonObject.builder()
        .put("code", obstacle.kind().code())
        .put("message", obstacle.message())
        .put("since", obstacle.since())
        .build();
  }
}
