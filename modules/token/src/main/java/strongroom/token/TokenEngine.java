package strongroom.token;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.engine.Handler;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import strongroom.policy.Acl;
import strongroom.policy.Capability;
import strongroom.storage.Transaction;

/**
 * Answers {@code auth/token}: making, looking up, renewing and revoking tokens, and their roles.
 */
public final class TokenEngine implements Engine {
  private final TokenStore tokens;
  private final TokenCreation creation;
  private final TokenRoles roles = new TokenRoles();

  /** A handler that also writes tokens, in the same transaction as all else of its request. */
  @FunctionalInterface
  public interface TransactionOf {
    /** The transaction that {@code call} writes to. */
    Transaction of(Call call);
  }

  private final TransactionOf transactions;
  private final Rights rights;

  /**
   * Works on {@code tokens}, within the transaction that {@code transactions} tells.
   *
   * @param rights tell who has {@code sudo} where
   * @param aliases know the entities behind {@code entity_alias}
   */
  public TokenEngine(
      TokenStore tokens, Rights rights, EntityAliases aliases, TransactionOf transactions) {
    this.tokens = tokens;
    this.rights = rights;
    this.transactions = transactions;
    this.creation = new TokenCreation(tokens, rights, aliases);
  }

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        creating("create", "Make a token, a child of the caller's.", this::create),
        creating("create-orphan", "Make a token without a parent.", this::createOrphan),
        creating("create/{role_name}", "Make a token by a role.", this::createByRole),
        Endpoint.at("lookup", "What a token is.")
            .field("token", "string", "The token; the caller's own where empty.")
            .on(Operation.READ, this::lookup)
            .onWrite(this::lookup)
            .build(),
        Endpoint.at("lookup-self", "What the caller's own token is.")
            .on(Operation.READ, this::lookupSelf)
            .onWrite(this::lookupSelf)
            .build(),
        Endpoint.at("lookup-accessor", "What the token with an accessor is.")
            .field("accessor", "string", "The accessor.")
            .onWrite(this::lookupAccessor)
            .build(),
        Endpoint.at("accessors", "The accessors of all tokens.")
            .on(Operation.LIST, call -> keys(tokens.accessors()))
            .sudo()
            .build(),
        renewing("renew", "Give a token more time.", this::renew),
        renewing("renew-self", "Give the caller's own token more time.", this::renewSelf),
        renewing(
            "renew-accessor", "Give the token with an accessor more time.", this::renewAccessor),
        Endpoint.at("revoke", "Revoke a token and all that it made.")
            .field("token", "string", "The token.")
            .onWrite(this::revokeByToken)
            .build(),
        Endpoint.at("revoke-self", "Revoke the caller's own token and all that it made.")
            .onWrite(call -> revoke(call, own(call)))
            .build(),
        Endpoint.at("revoke-accessor", "Revoke the token with an accessor and all that it made.")
            .field("accessor", "string", "The accessor.")
            .onWrite(this::revokeByAccessor)
            .build(),
        Endpoint.at("revoke-orphan", "Revoke a token; what it made goes on without a parent.")
            .field("token", "string", "The token.")
            .onWrite(this::revokeOrphan)
            .sudo()
            .build(),
        Endpoint.at("roles", "The names of all token roles.")
            .on(Operation.LIST, call -> keys(roles.names(call.storage())))
            .build(),
        Endpoint.at("roles/{role_name}", "A token role.")
            .on(Operation.READ, call -> Response.of(roles.require(call).toJson()))
            .onWrite(roles::write)
            .on(Operation.DELETE, roles::delete)
            .exists(call -> roles.find(call.storage(), call.parameter("role_name")).isPresent())
            .build(),
        Endpoint.at("tidy", "Remove what points to tokens that are gone.")
            .onWrite(this::tidy)
            .build());
  }

  private static Endpoint creating(String path, String summary, Handler handler) {
    return Endpoint.at(path, summary)
        .field("id", "string", "The token's own text; root only.")
        .field("policies", "array", "What it may do; those of the caller where absent.")
        .field("meta", "object", "Strings for people, shown in audit and lookup.")
        .field("no_parent", "boolean", "Whether it has no parent; needs root or sudo.")
        .field("no_default_policy", "boolean", "Whether it lacks the default policy.")
        .field("renewable", "boolean", "Whether it can be renewed; true by default.")
        .field("ttl", "duration", "How long it lasts.")
        .field("type", "string", "service or batch.")
        .field("explicit_max_ttl", "duration", "Never longer than this, renewals included.")
        .field("display_name", "string", "For people.")
        .field("entity_alias", "string", "Whose token it is, where its role allows the alias.")
        .field("num_uses", "integer", "How many requests it is good for; 0 for any number.")
        .field("period", "duration", "What every renewal gives; needs root or sudo.")
        .onWrite(handler)
        .build();
  }

  private static Endpoint renewing(String path, String summary, Handler handler) {
    return Endpoint.at(path, summary)
        .field("token", "string", "The token (renew).")
        .field("accessor", "string", "The accessor (renew-accessor).")
        .field("increment", "duration", "How much time is wished for.")
        .onWrite(handler)
        .build();
  }

  private Response create(Call call) {
    return creation.create(call, transactions.of(call), maker(call, Optional.empty()), false);
  }

  private Response createOrphan(Call call) {
    return creation.create(call, transactions.of(call), maker(call, Optional.empty()), true);
  }

  private Response createByRole(Call call) {
    TokenRole role =
        roles
            .find(call.storage(), call.parameter("role_name"))
            .orElseThrow(() -> Refusal.invalid("unknown role " + call.parameter("role_name")));
    TokenMaker maker = maker(call, Optional.of(role));
    return creation.create(call, transactions.of(call), maker, role.orphan());
  }

  private TokenMaker maker(Call call, Optional<TokenRole> role) {
    TokenEntry caller = own(call);
    Acl acl = rights.of(caller);
    boolean sudo = acl.root() || acl.capabilities(call.request().path()).contains(Capability.SUDO);
    return new TokenMaker(caller, caller.root() || sudo, role);
  }

  private TokenEntry own(Call call) {
    return tokens.lookup(call.request().token()).orElseThrow(Refusal::denied);
  }

  private TokenEntry byToken(Call call) {
    String token = call.fields().requiredString("token");
    return tokens.lookup(token).orElseThrow(() -> Refusal.denied("bad token"));
  }

  private TokenEntry byAccessor(Call call) {
    String accessor = call.fields().requiredString("accessor");
    return tokens.lookupAccessor(accessor).orElseThrow(() -> Refusal.denied("invalid accessor"));
  }

  private Response lookup(Call call) {
    boolean self = call.fields().nonEmptyString("token").isEmpty();
    return self
        ? lookupSelf(call)
        : shown(call, byToken(call), call.fields().requiredString("token"));
  }

  private Response lookupSelf(Call call) {
    TokenEntry own = tokens.asOf(transactions.of(call), own(call));
    return shown(call, own, call.request().token());
  }

  private Response lookupAccessor(Call call) {
    return shown(call, byAccessor(call), "");
  }

  private Response shown(Call call, TokenEntry entry, String token) {
    Instant now = call.now();
    TokenEntry.Life life = entry.life();
    JsonObject.Builder data =
        JsonObject.builder()
            .put("accessor", entry.accessor())
            .put("creation_time", life.createdAt().getEpochSecond())
            .put("creation_ttl", life.ttl())
            .put("display_name", entry.grant().displayName())
            .put("entity_id", entry.grant().entityId());
    life.expiresAt()
        .ifPresentOrElse(end -> data.put("expire_time", end), () -> data.putNull("expire_time"));
    data.put("explicit_max_ttl", life.explicitMaxTtl()).put("id", token);
    List<String> byIdentity = rights.byIdentity(entry);
    if (!byIdentity.isEmpty()) {
      data.put("external_namespace_policies", JsonObject.EMPTY)
          .put("identity_policies", byIdentity);
    }
    if (life.expiresAt().isPresent()) {
      data.put("issue_time", life.createdAt());
    }
    life.renewedAt()
        .ifPresent(
            time -> data.put("last_renewal", time).put("last_renewal_time", time.getEpochSecond()));
    if (entry.grant().meta().isEmpty()) {
      data.putNull("meta");
    } else {
      data.put("meta", JsonObject.ofStrings(entry.grant().meta()));
    }
    data.put("num_uses", entry.usesLeft() == Integer.MAX_VALUE ? 0 : entry.usesLeft())
        .put("orphan", entry.orphan())
        .put("path", entry.grant().path());
    if (!life.period().isZero()) {
      data.put("period", life.period());
    }
    data.put("policies", entry.grant().policies());
    if (life.expiresAt().isPresent()) {
      data.put("renewable", life.renewable());
    }
    if (!entry.grant().role().isEmpty()) {
      data.put("role", entry.grant().role());
    }
    if (!entry.grant().boundCidrs().isEmpty()) {
      data.put("bound_cidrs", entry.grant().boundCidrs());
    }
    data.put("ttl", entry.remaining(now)).put("type", entry.type().word());
    return Response.of(data.build());
  }

  private Response renew(Call call) {
    String token = call.fields().string("token").orElse("");
    if (token.isEmpty()) {
      return renewSelf(call);
    }
    TokenEntry entry = tokens.lookup(token).orElseThrow(() -> Refusal.invalid("token not found"));
    return renewed(call, entry, token);
  }

  private Response renewSelf(Call call) {
    return renewed(call, own(call), call.request().token());
  }

  private Response renewAccessor(Call call) {
    return renewed(call, byAccessor(call), "");
  }

  private Response renewed(Call call, TokenEntry entry, String token) {
    Optional<Duration> increment = call.fields().duration("increment");
    if (entry.type() == TokenType.BATCH) {
      throw Refusal.invalid("batch tokens cannot be renewed");
    }
    if (!entry.life().renewable()) {
      throw Refusal.invalid("lease is not renewable");
    }
    TokenEntry after =
        tokens.renew(transactions.of(call), entry, increment, call.mount().maxLeaseTtl());
    Response answer = Response.of(IssuedToken.auth(token, after, rights.byIdentity(after)));
    boolean less = increment.isPresent() && after.life().ttl().compareTo(increment.get()) < 0;
    return less
        ? answer.warning(
            List.of(
                "TTL of \""
                    + TimeText.formatDuration(increment.get())
                    + "\" exceeded the effective max_ttl; the token got \""
                    + TimeText.formatDuration(after.life().ttl())
                    + "\""))
        : answer;
  }

  private Response revoke(Call call, TokenEntry entry) {
    tokens.revokeTree(transactions.of(call), entry);
    return Response.done();
  }

  /** To revoke what is gone already is no mistake: a client may ask again after a lost answer. */
  private Response revokeByToken(Call call) {
    return tokens
        .lookup(call.fields().requiredString("token"))
        .map(entry -> revoke(call, entry))
        .orElseGet(Response::done);
  }

  private Response revokeByAccessor(Call call) {
    return tokens
        .lookupAccessor(call.fields().requiredString("accessor"))
        .map(entry -> revoke(call, entry))
        .orElseGet(() -> Response.done().warning(List.of("No token found with this accessor")));
  }

  private Response revokeOrphan(Call call) {
    TokenEntry entry =
        tokens
            .lookup(call.fields().requiredString("token"))
            .orElseThrow(() -> Refusal.invalid("token to revoke not found"));
    tokens.revokeOrphan(transactions.of(call), entry);
    return Response.done();
  }

  private Response tidy(Call call) {
    Thread.ofVirtual().name("tidy tokens").start(tokens::tidy);
    return Response.of(202, Response.Shape.ENVELOPE, JsonObject.EMPTY)
        .warning(List.of("Tidy has started; what it removes is told in the server's log."));
  }

  private static Response keys(List<String> names) {
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }
}
