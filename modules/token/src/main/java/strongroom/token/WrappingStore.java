package strongroom.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * Answers kept behind single-use tokens ({@code X-Vault-Wrap-TTL}). The wrapped answer lies in the
 * wrapping token's own folder and goes with it; unwrapping takes the token's lock, reads, and
 * revokes, in one commit: of any number of racing unwraps one gets the answer.
 */
public final class WrappingStore {
  private static final String RESPONSE = "/response";
  private static final String INFO = "/wrapinfo";

  private final TokenStore tokens;
  private final String cubbyholePrefix;

  /**
   * Works with {@code tokens}.
   *
   * @param cubbyholePrefix where the cubbyhole keeps its content, a folder a token
   */
  public WrappingStore(TokenStore tokens, String cubbyholePrefix) {
    this.tokens = tokens;
    this.cubbyholePrefix = cubbyholePrefix;
  }

  /** {@code answer} with its content put away, and {@code wrap_info} in its place. */
  public Response wrap(Transaction transaction, Response answer, Duration ttl, String path) {
    JsonObject.Builder content = JsonObject.builder();
    answer.data().ifPresent(data -> content.put("data", parsed(Json.toBytes(data))));
    answer.auth().ifPresent(auth -> content.put("auth", auth.body()));
    content.put("warnings", answer.warnings());
    String inner =
        answer.auth().flatMap(auth -> new Fields(auth.body()).string("accessor")).orElse("");
    return wrap(transaction, content.build(), ttl, path, inner);
  }

  private Response wrap(
      Transaction transaction, JsonObject content, Duration ttl, String path, String inner) {
    IssuedToken token =
        tokens.create(
            transaction,
            new TokenRequest(
                TokenType.SERVICE,
                "",
                new TokenEntry.Grant(
                    List.of(PolicyNames.RESPONSE_WRAPPING), path, "", Map.of(), "", List.of(), ""),
                ttl,
                ttl,
                Duration.ZERO,
                false,
                1,
                Optional.empty()));
    Instant now = token.entry().life().createdAt();
    String folder = cubbyholePrefix + token.entry().id();
    transaction.put(folder + RESPONSE, Json.toBytes(content));
    JsonObject info =
        JsonObject.builder()
            .put("creation_time", now)
            .put("creation_ttl", ttl)
            .put("creation_path", path)
            .put("inner_accessor", inner)
            .build();
    transaction.put(folder + INFO, Json.toBytes(info));
    JsonObject.Builder body =
        JsonObject.builder()
            .put("token", token.text())
            .put("accessor", token.entry().accessor())
            .put("ttl", ttl)
            .put("creation_time", now)
            .put("creation_path", path);
    if (!inner.isEmpty()) {
      body.put("wrapped_accessor", inner);
    }
    return new Response(
        200,
        Response.Shape.ENVELOPE,
        Optional.empty(),
        Optional.empty(),
        Optional.of(new Response.Wrapping(ttl, body.build())),
        Response.Lease.NONE,
        List.of());
  }

  /** What lies behind {@code token}, which is good no more once {@code transaction} commits. */
  public Response unwrap(Transaction transaction, String token) {
    JsonObject content = take(transaction, require(token));
    Fields fields = new Fields(content);
    Optional<Response.Auth> auth =
        fields
            .object("auth")
            .map(
                body ->
                    new Response.Auth(new Fields(body).string("client_token").orElse(""), body));
    return new Response(
        content.member("data").isEmpty() && auth.isEmpty() ? 204 : 200,
        Response.Shape.ENVELOPE,
        fields.value("data").map(value -> value),
        auth,
        Optional.empty(),
        Response.Lease.NONE,
        fields.strings("warnings").orElse(List.of()));
  }

  /** The same content behind another token, with the same lifetime as at first. */
  public Response rewrap(Transaction transaction, String token) {
    TokenEntry entry = require(token);
    JsonObject info = info(transaction, entry);
    Fields fields = new Fields(info);
    JsonObject content = take(transaction, entry);
    return wrap(
        transaction,
        content,
        fields.duration("creation_ttl").orElseThrow(),
        fields.string("creation_path").orElseThrow(),
        fields.string("inner_accessor").orElse(""));
  }

  /** When, for how long and where the answer behind {@code token} was wrapped. */
  public Response lookup(Transaction transaction, String token) {
    JsonObject info = info(transaction, require(token));
    Fields fields = new Fields(info);
    return Response.of(
        JsonObject.builder()
            .put(
                "creation_time",
                fields.string("creation_time").flatMap(TimeText::parseTime).orElseThrow())
            .put("creation_ttl", fields.duration("creation_ttl").orElseThrow())
            .put("creation_path", fields.string("creation_path").orElseThrow())
            .build());
  }

  /** Whether {@code token} is a wrapping token that is still good. */
  public boolean isWrapping(String token) {
    return tokens.lookup(token).filter(WrappingStore::wraps).isPresent();
  }

  /**
   * The same, where {@code from} is the barrier, or as much of it as is in memory.
   *
   * @throws strongroom.storage.NotInMemoryException where that is not enough
   */
  public boolean isWrapping(String token, ReadableStorage from) {
    return tokens.lookup(token, from).filter(WrappingStore::wraps).isPresent();
  }

  /** What is told of a token that wraps nothing, or nothing any more; to be thrown. */
  public static RefusedException refusal() {
    return Refusal.invalid("wrapping token is not valid or does not exist");
  }

  private static boolean wraps(TokenEntry entry) {
    return entry.grant().policies().equals(List.of(PolicyNames.RESPONSE_WRAPPING));
  }

  private TokenEntry require(String token) {
    return tokens.lookup(token).filter(WrappingStore::wraps).orElseThrow(WrappingStore::refusal);
  }

  private JsonObject take(Transaction transaction, TokenEntry entry) {
    TokenEntry used = tokens.use(transaction, entry).orElseThrow(WrappingStore::refusal);
    JsonObject content =
        transaction
            .get(cubbyholePrefix + entry.id() + RESPONSE)
            .map(WrappingStore::parsed)
            .orElseThrow(() -> new StorageFault.Damaged("a wrapped answer is missing", null));
    tokens.revokeTree(transaction, used);
    return content;
  }

  private JsonObject info(Transaction transaction, TokenEntry entry) {
    return transaction
        .get(cubbyholePrefix + entry.id() + INFO)
        .map(WrappingStore::parsed)
        .orElseThrow(WrappingStore::refusal);
  }

  private static JsonObject parsed(byte[] json) {
    try {
      return Json.parseObject(json);
    } catch (Json.MalformedJson e) {
      throw new StorageFault.Damaged("a wrapped answer cannot be read", e);
    }
  }
}
