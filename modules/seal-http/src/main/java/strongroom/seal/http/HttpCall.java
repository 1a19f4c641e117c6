package strongroom.seal.http;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import strongroom.logical.Json;
import strongroom.logical.JsonBody;
import strongroom.seal.SealFault;

/**
 * A request to a key service.
 *
 * @param method of HTTP
 * @param uri where it goes
 * @param headers by name; the client adds Host and Content-Length
 * @param body empty for none; overwritten with zeros once it was sent, since it may hold a key
 */
public record HttpCall(String method, URI uri, Map<String, String> headers, byte[] body) {
  /** Keeps a copy of {@code headers}. */
  public HttpCall {
    headers = Map.copyOf(headers);
  }

  /**
   * The address {@code text}, of http or https.
   *
   * @param name where it was set, for the fault: a parameter or a variable
   * @throws SealFault.Configuration where it is none
   */
  public static URI address(String name, String text) {
    try {
      URI uri = URI.create(text);
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Said below, without what was given.
    }
    throw new SealFault.Configuration(name + " is no http or https address", null);
  }

  /** A request without a body. */
  public static HttpCall get(URI uri, Map<String, String> headers) {
    return new HttpCall("GET", uri, headers, new byte[0]);
  }

  /** A POST of JSON. */
  public static HttpCall postJson(URI uri, Map<String, String> headers, JsonBody body) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.putIfAbsent("Content-Type", "application/json");
    return new HttpCall("POST", uri, all, Json.toBytes(body));
  }

  /** A POST of a form, of which {@code form} is the encoded text. */
  public static HttpCall postForm(URI uri, Map<String, String> headers, byte[] form) {
    Map<String, String> all = new LinkedHashMap<>(headers);
    all.put("Content-Type", "application/x-www-form-urlencoded");
    return new HttpCall("POST", uri, all, form);
  }

  /** Method and place; neither headers nor body. */
  @Override
  public String toString() {
    return "HttpCall[" + method + " " + uri.getHost() + "]";
  }
}
