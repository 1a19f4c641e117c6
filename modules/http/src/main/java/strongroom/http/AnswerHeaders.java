package strongroom.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The headers that every answer of a listener has: what keeps secrets out of caches and browsers on
 * TLS, and those from the listener's configuration, by status.
 */
final class AnswerHeaders {
  static final HttpField JSON =
      new PreEncodedHttpField(HttpHeader.CONTENT_TYPE, "application/json");

  private static final Logger LOG = LoggerFactory.getLogger(AnswerHeaders.class);
  private static final HttpField NO_STORE =
      new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "no-store");
  private static final HttpField STRICT_TRANSPORT =
      new PreEncodedHttpField(
          HttpHeader.STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");

  /** What the server itself says, and a configuration cannot. */
  private static final Set<String> OWN =
      Set.of(
          "cache-control",
          "connection",
          "content-length",
          "content-type",
          "date",
          "transfer-encoding");

  /** What the server may be told to say of itself. */
  private static final Set<String> NAMES = Set.of("x-vault-hostname", "x-vault-raft-node-id");

  private final Map<String, Map<String, String>> custom;
  private final Map<Integer, List<HttpField>> byStatus = new ConcurrentHashMap<>();

  /**
   * Checks {@code custom}, by {@code default}, {@code 2xx} or {@code 200}. Headers that the server
   * itself sets are left out, with a warning.
   *
   * @throws HttpFault for a status or header that cannot be
   */
  AnswerHeaders(Map<String, Map<String, String>> custom) {
    Map<String, Map<String, String>> checked = new LinkedHashMap<>();
    custom.forEach(
        (status, headers) -> {
          if (!status.equals("default") && !status.matches("[1-5](xx|[0-9][0-9])")) {
            throw new HttpFault(
                "custom_response_headers names the status \""
                    + status
                    + "\"; allowed are \"default\", \"2xx\" and \"200\" and their like",
                null);
          }
          checked.put(status, checked(headers));
        });
    this.custom = checked;
  }

  private static Map<String, String> checked(Map<String, String> headers) {
    Map<String, String> checked = new LinkedHashMap<>();
    headers.forEach(
        (name, value) -> {
          String lower = name.toLowerCase(Locale.ROOT);
          boolean good =
              !name.isEmpty()
                  && name.chars()
                      .allMatch(
                          c ->
                              (c < 0x80 && Character.isLetterOrDigit(c))
                                  || "!#$%&'*+-.^_`|~".indexOf(c) >= 0)
                  && value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c < 0x7f));
          if (!good) {
            throw new HttpFault(
                "custom_response_headers has \""
                    + name
                    + "\", whose name or value HTTP does not allow (RFC 9110, 5.1 and 5.5)",
                null);
          }
          if (OWN.contains(lower) || (lower.startsWith("x-vault-") && !NAMES.contains(lower))) {
            LOG.warn(
                "custom_response_headers has {}, which the server sets itself: left out", name);
          } else {
            checked.put(name, value);
          }
        });
    return checked;
  }

  void addTo(HttpFields.Mutable headers, int status) {
    List<HttpField> fields = byStatus.get(status);
    if (fields == null) {
      fields = fields(status);
      byStatus.put(status, fields);
    }
    for (int i = 0; i < fields.size(); i++) {
      headers.add(fields.get(i));
    }
  }

  /** The more a status says, the more it counts: {@code 404} over {@code 4xx} over the rest. */
  private List<HttpField> fields(int status) {
    Map<String, HttpField> fields = new LinkedHashMap<>();
    fields.put("cache-control", NO_STORE);
    fields.put("strict-transport-security", STRICT_TRANSPORT);
    for (String key : List.of("default", status / 100 + "xx", Integer.toString(status))) {
      custom
          .getOrDefault(key, Map.of())
          .forEach(
              (name, value) ->
                  fields.put(name.toLowerCase(Locale.ROOT), new PreEncodedHttpField(name, value)));
    }
    return List.copyOf(fields.values());
  }
}
