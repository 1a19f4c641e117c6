package strongroom.request;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Endpoint;
import strongroom.engine.EndpointTable;
import strongroom.logical.JsonString;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.mount.Route;
import strongroom.policy.Acl;
import strongroom.storage.ReadableStorage;
import strongroom.token.TokenEntry;
import strongroom.token.WrappingStore;

/** The first stages of a request: may this node answer, what answers, who asks. */
final class Admission {
  private static final String SYS = "sys/";
  private static final Set<String> UNWRAPPING =
      Set.of("sys/wrapping/unwrap", "sys/wrapping/rewrap");

  /** What a request without a token may do beyond endpoints that need none. */
  private static final Acl NOBODY = Acl.compile(List.of());

  private final EndpointTable nodeEndpoints;
  private final Gate gate;

  /**
   * @param nodeEndpoints what the node answers before mounts are asked
   */
  Admission(List<Endpoint> nodeEndpoints, Gate gate) {
    this.nodeEndpoints = new EndpointTable(nodeEndpoints);
    this.gate = gate;
  }

  List<Endpoint> nodeEndpoints() {
    return nodeEndpoints.all();
  }

  /** Finds out what {@code request} is, by {@code from}; refuses what can have no answer. */
  Asked ask(Request request, @Nullable Active parts, @Nullable Trail trail, ReadableStorage from) {
    Target target = target(request, parts, from);
    if (trail != null) {
      trail.goesTo(target);
    }
    Caller caller = caller(request, target, parts, trail, from);
    return new Asked(request, target, caller, parts, trail);
  }

  private Target target(Request request, @Nullable Active parts, ReadableStorage from) {
    String path = request.path();
    if (path.startsWith(SYS)) {
      Optional<EndpointTable.Match> match = nodeEndpoints.find(path.substring(SYS.length()));
      if (match.isPresent() && (parts != null || match.get().endpoint().whenSealed())) {
        Optional<Route> route = parts == null ? Optional.empty() : parts.mounts().route(SYS);
        return new Target(match.get().endpoint(), match.get().parameters(), route);
      }
    }
    if (parts == null) {
      throw new RefusedException(gate.refusal());
    }
    Route route = parts.mounts().route(path).orElseThrow(() -> noRoute(request, parts, from));
    EndpointTable.Match match =
        route
            .endpoints()
            .find(route.relative(path))
            .orElseThrow(() -> noEndpoint(request, parts, from));
    return new Target(match.endpoint(), match.parameters(), Optional.of(route));
  }

  /** Who has no good token learns nothing of what is mounted. */
  private static RefusedException noRoute(Request request, Active parts, ReadableStorage from) {
    if (!good(request, parts, from)) {
      return Refusal.denied();
    }
    return Refusal.notFound(
        "no handler for route \"" + request.path() + "\". route entry not found.");
  }

  private static RefusedException noEndpoint(Request request, Active parts, ReadableStorage from) {
    if (!good(request, parts, from)) {
      return Refusal.denied();
    }
    return Refusal.notFound("unsupported path");
  }

  /** Whether the request's token may be used at all. */
  private static boolean good(Request request, Active parts, ReadableStorage from) {
    Optional<TokenEntry> token = parts.tokens().lookup(request.token(), from);
    token.ifPresent(entry -> parts.rights().of(entry, from));
    return token.isPresent();
  }

  private Caller caller(
      Request request,
      Target target,
      @Nullable Active parts,
      @Nullable Trail trail,
      ReadableStorage from) {
    boolean unauthenticated = target.endpoint().unauthenticated(request.client());
    if (unauthenticated || parts == null) {
      if (!unauthenticated) {
        throw new RefusedException(gate.refusal());
      }
      return new Caller(Optional.empty(), NOBODY);
    }
    TokenEntry token =
        parts
            .tokens()
            .lookup(request.token(), from)
            .orElseThrow(() -> noToken(request, parts, from));
    if (trail != null) {
      trail.comesFrom(token, parts.rights().byIdentity(token, from));
    }
    checkNetwork(request, token);
    return new Caller(Optional.of(token), parts.rights().of(token, from));
  }

  /**
   * Whose wrapping token is spent is told so, also where it came as the client's own token: that
   * somebody else has unwrapped the answer is what people must learn.
   */
  static RefusedException noToken(Request request, Active parts, ReadableStorage from) {
    boolean unwraps = UNWRAPPING.contains(request.path());
    String wrapping =
        unwraps && request.body().member("token").orElse(null) instanceof JsonString(String text)
            ? text
            : request.token();
    return unwraps && !request.token().isEmpty() && !parts.wrapping().isWrapping(wrapping, from)
        ? WrappingStore.refusal()
        : Refusal.denied();
  }

  private static void checkNetwork(Request request, TokenEntry token) {
    if (!token.grant().boundCidrs().isEmpty()) {
      Optional<InetAddress> address = request.client().address();
      if (address.isEmpty() || !token.allows(address.get())) {
        throw Refusal.denied();
      }
    }
  }
}
