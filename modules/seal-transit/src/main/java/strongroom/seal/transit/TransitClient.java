package strongroom.seal.transit;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBody;
import strongroom.logical.JsonString;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.secret.SecretBytes;
import strongroom.tls.ClientTls;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/** Calls to the other server: its token, its namespace, its way to the node that is active. */
final class TransitClient implements AutoCloseable {
  /** A standby sends to the active node; that it sends back is trouble. */
  private static final int REDIRECTS_MAX = 2;

  private final SealStanza stanza;
  private final URI address;
  private final Optional<String> namespace;
  private final HttpService http;

  TransitClient(SealStanza stanza) {
    this.stanza = stanza;
    address = address(stanza);
    namespace = stanza.text("namespace").map(n -> n.replaceAll("^/+|/+$", ""));
    http = new HttpService("the transit server", tls(stanza, address));
  }

  private static URI address(SealStanza stanza) {
    String text = stanza.required("address", "the other server's, or VAULT_ADDR");
    return HttpCall.address("seal \"transit\": address", text);
  }

  private static Optional<SSLContext> tls(SealStanza stanza, URI address) {
    if (!"https".equals(address.getScheme())) {
      return Optional.empty();
    }
    try {
      Optional<String> authorities = stanza.text("tls_ca_cert");
      Optional<String> certificate = stanza.text("tls_client_cert");
      Optional<SecretBytes> key = stanza.secrets().take("tls_client_key");
      if (certificate.isPresent() != key.isPresent()) {
        key.ifPresent(SecretBytes::close);
        throw stanza.wrong("tls_client_cert", "and tls_client_key are required together");
      }
      return Optional.of(
          new ClientTls(
                  authorities.map(a -> pem("tls_ca_cert", a).certificates()).orElseGet(List::of),
                  key.map(k -> identity(certificate.orElseThrow(), k)),
                  stanza.text("tls_server_name"),
                  stanza.flag("tls_skip_verify"))
              .context());
    } catch (PemFault e) {
      throw stanza.wrong("tls", String.valueOf(e.getMessage()));
    }
  }

  private static ClientTls.Identity identity(String certificate, SecretBytes key) {
    try (key) {
      return new ClientTls.Identity(
          key.withHeapCopy(bytes -> Pem.of("tls_client_key", bytes).privateKey()),
          pem("tls_client_cert", certificate).certificates());
    }
  }

  private static Pem pem(String name, String given) {
    return Pem.of(name, given.getBytes(StandardCharsets.UTF_8));
  }

  String authority() {
    return address.getAuthority();
  }

  /** A name in a path, which may have slashes of its own: each step is encoded. */
  static String path(String name) {
    return Arrays.stream(name.split("/", -1))
        .filter(step -> !step.isEmpty())
        .map(step -> URLEncoder.encode(step, StandardCharsets.UTF_8).replace("+", "%20"))
        .collect(Collectors.joining("/"));
  }

  /** Posts {@code body} to {@code path} below {@code /v1/}, on behalf of the token. */
  HttpAnswer post(String path, JsonBody body, Deadline deadline) {
    URI uri = URI.create(address.toString().replaceAll("/+$", "") + "/v1/" + path);
    for (int hop = 0; ; hop++) {
      HttpAnswer answer = http.send(HttpCall.postJson(uri, headers(), body), deadline);
      Optional<String> location = Optional.ofNullable(answer.headers().get("location"));
      if (answer.status() != 307 || location.isEmpty() || hop == REDIRECTS_MAX) {
        return answer;
      }
      uri = redirected(uri, location.get());
    }
  }

  private static URI redirected(URI from, String location) {
    try {
      URI to = from.resolve(location);
      boolean safe = "https".equals(to.getScheme()) || "http".equals(from.getScheme());
      if (to.getHost() != null && safe) {
        return to;
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new SealFault.Away(
        "the transit server at " + from.getAuthority() + " redirects to where no token is sent",
        null);
  }

  private Map<String, String> headers() {
    Map<String, String> headers = new HashMap<>();
    headers.put("X-Vault-Request", "true");
    try (SecretBytes token =
        stanza
            .secrets()
            .take("token")
            .orElseThrow(() -> stanza.wrong("token", "is required, or VAULT_TOKEN"))) {
      String text = token.withHeapCopy(bytes -> new String(bytes, StandardCharsets.US_ASCII));
      headers.put("X-Vault-Token", text.strip());
    }
    namespace.filter(n -> !n.isEmpty()).ifPresent(n -> headers.put("X-Vault-Namespace", n));
    return headers;
  }

  /** What the server said went wrong: its first error. */
  static String reason(HttpAnswer answer) {
    return answer
        .json()
        .flatMap(o -> o.member("errors"))
        .filter(JsonArray.class::isInstance)
        .flatMap(errors -> ((JsonArray) errors).items().stream().findFirst())
        .map(first -> first instanceof JsonString(String text) ? text : "")
        .orElse("");
  }

  @Override
  public void close() {
    http.close();
  }
}
