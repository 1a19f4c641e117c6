package strongroom.request;

import java.net.InetAddress;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import strongroom.engine.Endpoint;
import strongroom.logical.Client;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.token.TokenEntry;

/**
 * The requests that are under way, for whoever asks why some take so long: those that wait, or may.
 * A read of memory is over before anybody could ask, and pays nothing for this; the question is one
 * itself, so that it is answered when no place is left. There are as many entries as {@link
 * Pipeline#IN_FLIGHT_MAX} at most.
 *
 * <p>Source: Vault's page of {@code sys/in-flight-req}. It tells where a request goes, and nothing
 * of its body, its token or its headers.
 */
final class InFlight {
  private final Clock clock;
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();

  InFlight(Clock clock) {
    this.clock = clock;
  }

  private record Entry(Request request, String clientId, Instant since) {}

  /** Notes {@code request}, and who asks where that is known already. */
  void begin(Request request, Optional<Caller> caller) {
    String clientId =
        caller
            .flatMap(Caller::token)
            .map(TokenEntry::grant)
            .map(TokenEntry.Grant::entityId)
            .orElse("");
    entries.put(request.id(), new Entry(request, clientId, clock.instant()));
  }

  void end(Request request) {
    entries.remove(request.id());
  }

  Endpoint endpoint() {
    return Endpoint.at("in-flight-req", "The requests that are under way at this node.")
        .on(Operation.READ, call -> told())
        .build();
  }

  private Response told() {
    JsonObject.Builder all = JsonObject.builder();
    entries.entrySet().stream()
        .sorted(Comparator.comparing(entry -> entry.getValue().since()))
        .forEach(entry -> all.put(entry.getKey(), told(entry.getValue())));
    return Response.of(200, Response.Shape.BARE, all.build());
  }

  private static JsonObject told(Entry entry) {
    Request request = entry.request();
    return JsonObject.builder()
        .put("start_time", entry.since())
        .put("client_remote_address", address(request.client()))
        .put("request_path", "/v1/" + request.path())
        .put("request_method", method(request.operation()))
        .put("client_id", entry.clientId())
        .build();
  }

  private static String address(Client client) {
    return client
        .address()
        .map(InetAddress::getHostAddress)
        .map(host -> (host.contains(":") ? "[" + host + "]" : host) + ":" + client.port())
        .orElse("");
  }

  private static String method(Operation operation) {
    return switch (operation) {
      case READ, HELP -> "GET";
      case LIST -> "LIST";
      case CREATE, UPDATE -> "PUT";
      case PATCH -> "PATCH";
      case DELETE -> "DELETE";
    };
  }
}
