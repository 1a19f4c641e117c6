package strongroom.request;

import strongroom.engine.Endpoint;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.Response;

/** What an endpoint is for, told from its declaration. */
final class Help {
  private Help() {}

  static Response of(Endpoint endpoint, String path) {
    StringBuilder text = new StringBuilder();
    text.append("Request:        ").append(path).append('\n');
    text.append("Matching Route: ").append(endpoint.pattern()).append("\n\n");
    text.append(endpoint.summary()).append('\n');
    if (!endpoint.fields().isEmpty()) {
      text.append("\n## PARAMETERS\n");
      for (Endpoint.Field field : endpoint.fields()) {
        text.append("\n    ").append(field.name()).append(" (").append(field.type()).append(")\n");
        text.append("        ").append(field.description()).append('\n');
      }
    }
    return Response.of(
        JsonObject.builder()
            .put("help", text.toString())
            .put("see_also", JsonNull.NULL)
            .put("openapi", JsonNull.NULL)
            .build());
  }
}
