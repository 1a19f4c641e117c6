package strongroom.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * Talks to the API: adds the headers, retries, follows redirects, and turns refusals into failures
 * that say what was asked and what the server answered.
 */
final class ApiClient {
  private static final int REDIRECTS_MAX = 3;

  private final ClientSettings settings;
  private final Optional<KeptConnections> kept;
  private Optional<String> token;

  ApiClient(ClientSettings settings) {
    this(settings, Optional.empty());
  }

  /** A client whose connections serve more than one request. */
  ApiClient(ClientSettings settings, KeptConnections kept) {
    this(settings, Optional.of(kept));
  }

  private ApiClient(ClientSettings settings, Optional<KeptConnections> kept) {
    this.settings = settings;
    this.kept = kept;
    this.token = settings.token();
  }

  Address address() {
    return settings.address();
  }

  /** Uses {@code other} from now on; empty text for none. */
  void use(String other) {
    token = Optional.of(other).filter(t -> !t.isEmpty());
  }

  /** The token in use. */
  Optional<String> token() {
    return token;
  }

  /**
   * Sends {@code request}.
   *
   * @throws ApiFailure for an answer of 400 or more
   */
  ApiResponse send(ApiRequest request) {
    ApiResponse response = sendAny(request);
    if (response.done()) {
      return response;
    }
    throw refusal(request, response);
  }

  /** Sends {@code request} and gives the answer, whatever its status. */
  ApiResponse sendAny(ApiRequest request) {
    return exchange(request, new HttpWire.Sink(status -> false, OutputStream.nullOutputStream()));
  }

  /** Sends {@code request} and streams the body of a good answer to {@code out}. */
  ApiResponse download(ApiRequest request, OutputStream out) {
    ApiResponse response = exchange(request, new HttpWire.Sink(s -> s < 300, out));
    if (response.done()) {
      return response;
    }
    throw refusal(request, response);
  }

  /** The answer's object. */
  JsonObject json(ApiRequest request) {
    return send(request).json();
  }

  /** The answer as a secret; empty for an empty answer, and for a 404 that says nothing more. */
  Optional<Secret> secret(ApiRequest request) {
    ApiResponse response = sendAny(request);
    if (response.status() == 404) {
      Optional<Secret> said = response.tryJson().map(json -> Secret.parse(json, response.body()));
      if (said.isPresent() && (said.get().hasWarnings() || !said.get().data().isEmpty())) {
        return said;
      }
      boolean reads = request.method().equals("GET");
      boolean silent = response.tryJson().map(json -> errors(json).isEmpty()).orElse(true);
      if (reads && silent) {
        return Optional.empty();
      }
    }
    if (!response.done()) {
      throw refusal(request, response);
    }
    if (response.body().length == 0) {
      return Optional.empty();
    }
    return Optional.of(Secret.parse(response.json(), response.body()));
  }

  private ApiResponse exchange(ApiRequest request, HttpWire.Sink sink) {
    if (!request.preliminary()) {
      settings.preview().show(this, request);
    }
    for (int attempt = 0; ; attempt++) {
      ApiResponse response = follow(request, sink);
      boolean again =
          response.status() == 412 || (response.status() >= 500 && response.status() != 501);
      if (!again || attempt >= settings.retriesMax()) {
        return response;
      }
      pause(settings.retryWait().multipliedBy(1L << Math.min(attempt, 4)));
    }
  }

  private static void pause(Duration wait) {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.remote("interrupted");
    }
  }

  private ApiResponse follow(ApiRequest request, HttpWire.Sink sink) {
    Address address = settings.address();
    String target = address.target(request.target());
    for (int hop = 0; ; hop++) {
      ApiResponse response = once(address, target, request, sink);
      int status = response.status();
      String location = response.headers().get("location");
      boolean redirect = status == 301 || status == 302 || status == 307 || status == 308;
      if (!redirect || location == null || settings.redirectsOff() || hop >= REDIRECTS_MAX) {
        return response;
      }
      URI next;
      try {
        next = URI.create(location);
      } catch (IllegalArgumentException e) {
        throw Failure.remote("the server redirects to an address that is none");
      }
      if (next.isAbsolute()) {
        Address there = Address.parse(next.getScheme() + "://" + next.getRawAuthority());
        if (address.tls() && !there.tls()) {
          throw Failure.remote(
              "the server redirects from https to http: refused, as the token would be sent in the"
                  + " open. Its api_addr should be https.");
        }
        address = there;
      }
      target =
          next.getRawQuery() == null
              ? next.getRawPath()
              : next.getRawPath() + "?" + next.getRawQuery();
    }
  }

  private ApiResponse once(Address address, String target, ApiRequest request, HttpWire.Sink sink) {
    try {
      Optional<ProxySettings> proxy = ProxySettings.find(settings.environment(), address);
      // A plain request through a proxy names the whole address.
      String sent = proxy.isPresent() && !address.tls() ? address.url(target) : target;
      KeptConnections.Exchange exchange =
          connection -> {
            try {
              HttpWire.send(
                  connection.out(),
                  request.method(),
                  sent,
                  headers(address, request),
                  request.body());
            } catch (IOException e) {
              return early(connection, request, sink, e);
            }
            return HttpWire.receive(connection.in(), sink);
          };
      KeptConnections.Opener opener =
          () -> Connection.open(address, settings.tls(), proxy, settings.timeout());
      if (kept.isPresent() && !address.unix()) {
        return kept.get().exchange(address, opener, exchange);
      }
      try (Connection connection = opener.open()) {
        return exchange.over(connection);
      }
    } catch (IOException e) {
      throw ConnectTrouble.explain(
          request.method() + " " + address.url(target), address, e, settings);
    }
  }

  /** The answer of a server that has not waited for the end of a file, as where it refuses it. */
  private static ApiResponse early(
      Connection connection, ApiRequest request, HttpWire.Sink sink, IOException fault)
      throws IOException {
    if (!(request.body() instanceof ApiRequest.Body.OfFile)) {
      throw fault;
    }
    try {
      return HttpWire.receive(connection.in(), sink);
    } catch (IOException e) {
      fault.addSuppressed(e);
      throw fault;
    }
  }

  /** The headers of {@code request} to {@code address}. */
  Map<String, String> headers(Address address, ApiRequest request) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Host", address.authority());
    headers.put("User-Agent", settings.userAgent());
    headers.put("Accept", "application/json");
    headers.put("Connection", kept.isPresent() ? "keep-alive" : "close");
    headers.put("X-Vault-Request", "true");
    token.ifPresent(value -> headers.put("X-Vault-Token", value));
    settings.headers().forEach(headers::put);
    if (!request.preliminary()) {
      wrapTtl(request).ifPresent(ttl -> headers.put("X-Vault-Wrap-TTL", ttl));
    }
    return headers;
  }

  private Optional<String> wrapTtl(ApiRequest request) {
    boolean wraps =
        request.path().equals("sys/wrapping/wrap")
            && (request.method().equals("PUT") || request.method().equals("POST"));
    return settings.wrapTtl().or(() -> wraps ? Optional.of("5m") : Optional.empty());
  }

  private ApiFailure refusal(ApiRequest request, ApiResponse response) {
    Optional<JsonObject> json = response.tryJson();
    List<String> errors = json.map(ApiClient::errors).orElse(List.of());
    StringBuilder text = new StringBuilder("Error making API request.\n\n");
    String namespace = settings.headers().get("X-Vault-Namespace");
    if (namespace != null) {
      text.append("Namespace: ").append(namespace).append('\n');
    }
    String url = settings.address().url(settings.address().target(request.target()));
    text.append("URL: ").append(request.method()).append(' ').append(url).append('\n');
    text.append("Code: ").append(response.status()).append(". ");
    if (json.isEmpty()) {
      text.append("Raw Message:\n\n")
          .append(new String(response.body(), java.nio.charset.StandardCharsets.UTF_8).strip());
    } else {
      text.append("Errors:\n");
      for (String error : errors) {
        text.append("\n* ").append(error);
      }
    }
    return new ApiFailure(response.status(), errors, text.toString());
  }

  /** The errors in an answer's body. */
  private static List<String> errors(JsonObject body) {
    List<String> errors = new ArrayList<>();
    if (body.member("errors").orElse(null) instanceof JsonArray array) {
      for (JsonValue item : array.items()) {
        if (item instanceof JsonString(String text)) {
          errors.add(text);
        }
      }
    }
    return errors;
  }
}
