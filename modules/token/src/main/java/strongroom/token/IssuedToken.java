package strongroom.token;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import strongroom.logical.JsonObject;
import strongroom.logical.Response;

/**
 * A token just made, the only moment in which its text is known.
 *
 * @param text the token
 * @param entry what is known of it
 */
public record IssuedToken(String text, TokenEntry entry) {

  /**
   * What the client is told, once.
   *
   * @param byIdentity the policies that the token has by the identity behind it
   */
  public Response.Auth toAuth(List<String> byIdentity) {
    return auth(text, entry, byIdentity);
  }

  /** The {@code auth} object for a token whose text the client knows already. */
  static Response.Auth auth(String text, TokenEntry entry, List<String> byIdentity) {
    List<String> policies = entry.grant().policies();
    Set<String> all = new TreeSet<>(policies);
    all.addAll(byIdentity);
    JsonObject.Builder body =
        JsonObject.builder()
            .put("client_token", text)
            .put("accessor", entry.accessor())
            .put("policies", all)
            .put("token_policies", policies);
    if (!byIdentity.isEmpty()) {
      body.put("identity_policies", byIdentity);
    }
    if (entry.grant().meta().isEmpty()) {
      body.putNull("metadata");
    } else {
      body.put("metadata", JsonObject.ofStrings(entry.grant().meta()));
    }
    body.put("lease_duration", entry.life().ttl())
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
