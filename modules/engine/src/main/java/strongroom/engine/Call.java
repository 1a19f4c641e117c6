package strongroom.engine;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Client;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Request;

/**
 * One request as an endpoint's handler sees it.
 *
 * @param request the whole request, its path as the client gave it
 * @param parameters the parts of the path that the endpoint's pattern names
 * @param caller who asks; empty on an endpoint that needs no token
 * @param mount the mount that the path belongs to
 * @param storage the mount's part of storage
 * @param now the time of the request
 */
public record Call(
    Request request,
    Map<String, String> parameters,
    Optional<Caller> caller,
    Mount mount,
    EngineStorage storage,
    Instant now) {

  /**
   * Who asks, as far as an engine may know.
   *
   * @param tokenId the key under which this token's own things are kept (the cubbyhole); neither
   *     the token nor its accessor
   * @param accessor the token's accessor
   * @param displayName the token's display name
   * @param entityId the identity behind it, empty text for none
   * @param root whether the token has the root policy
   */
  public record Caller(
      String tokenId, String accessor, String displayName, String entityId, boolean root) {}

  /**
   * The mount as it is set now.
   *
   * @param path with a slash behind: {@code secret/}
   * @param accessor {@code kv_0123abcd}
   * @param type {@code kv}
   * @param options the mount's options ({@code version} for KV)
   * @param defaultLeaseTtl what a lease without a wish gets
   * @param maxLeaseTtl what no lease goes beyond
   */
  public record Mount(
      String path,
      String accessor,
      String type,
      Map<String, String> options,
      Duration defaultLeaseTtl,
      Duration maxLeaseTtl) {}

  /** The body's members, by type. */
  public Fields fields() {
    return new Fields(request.body());
  }

  /** What is to be done. */
  public Operation operation() {
    return request.operation();
  }

  /** The body. */
  public JsonObject body() {
    return request.body();
  }

  /** Where the request came from. */
  public Client client() {
    return request.client();
  }

  /** The path's part {@code name}, which the endpoint's pattern has. */
  public String parameter(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the endpoint's pattern names no {" + name + "}");
    }
    return value;
  }

  /** Who asks, on an endpoint that needs a token. */
  public Caller requireCaller() {
    return caller.orElseThrow(() -> Refusal.denied("missing client token"));
  }
}
