package strongroom.token;

import java.time.Instant;
import java.util.List;
import strongroom.logical.JsonObject;
import strongroom.logical.Response;

/**
 * A token just made, the only moment in which its text is known.
 *
 * @param text the token
 * @param entry what is known of it
 */
public record IssuedToken(String text, TokenEntry entry) {

  /** What the client is told, once. */
  public Response.Auth toAuth(Instant now) {
    return auth(text, entry, now);
  }

  /** The {@code auth} object for a token whose text the client knows already. */
  static Response.Auth auth(String text, TokenEntry entry, Instant now) {
    List<String> policies = entry.grant().policies();
    JsonObject.Builder body =
        JsonObject.builder()
            .put("client_token", text)
            .put("accessor", entry.accessor())
            .put("policies", policies)
            .put("token_policies", policies);
    if (entry.grant().meta().isEmpty()) {
      body.putNull("metadata");
    } else {
      body.put("metadata", JsonObject.ofStrings(entry.grant().meta()));
    }
    body.put("lease_duration", entry.remaining(now).plusMillis(999))
        .put("renewable", entry.life().renewable())
        .put("entity_id", entry.grant().entityId())
        .put("token_type", entry.type().word())
        .put("orphan", entry.orphan())
        .putNull("mfa_requirement")
        .put("num_uses", entry.usesLeft());
    return new Response.Auth(text, body.build());
  }

  /** Whether {@code policies} make a root token. */
  static boolean isRoot(List<String> policies) {
    return policies.contains(PolicyNames.ROOT);
  }

  /** Names nothing of the token. */
  @Override
  public String toString() {
    return "IssuedToken[" + entry.accessor() + "]";
  }
}
