package strongroom.http;

import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.jspecify.annotations.Nullable;

/**
 * A request's headers by their names in lower case, without those that carry a token. Made into a
 * map when first looked at, since most requests are answered without.
 */
final class RequestHeaders extends AbstractMap<String, List<String>> {
  private static final Set<String> SECRET =
      Set.of("x-vault-token", "authorization", "proxy-authorization", "cookie");

  private final HttpFields fields;
  private final boolean forwarded;
  private @Nullable Map<String, List<String>> map;

  /**
   * Takes {@code fields}, which do not change.
   *
   * @param forwarded whether {@code X-Forwarded-For} comes from a proxy that is believed; where
   *     not, it is left out
   */
  RequestHeaders(HttpFields fields, boolean forwarded) {
    this.fields = fields;
    this.forwarded = forwarded;
  }

  @Override
  public Set<Entry<String, List<String>>> entrySet() {
    return map().entrySet();
  }

  @Override
  public @Nullable List<String> get(@Nullable Object name) {
    return map().get(name);
  }

  @Override
  public boolean containsKey(@Nullable Object name) {
    return map().containsKey(name);
  }

  private synchronized Map<String, List<String>> map() {
    Map<String, List<String>> made = map;
    if (made != null) {
      return made;
    }
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpField field : fields) {
      String name = field.getName().toLowerCase(Locale.ROOT);
      boolean kept =
          !SECRET.contains(name) && (forwarded || !name.equals(ForwardedFor.HEADER_LOWER));
      if (kept) {
        String value = field.getValue();
        headers.computeIfAbsent(name, key -> new ArrayList<>(1)).add(value == null ? "" : value);
      }
    }
    headers.replaceAll((name, values) -> List.copyOf(values));
    made = Map.copyOf(headers);
    map = made;
    return made;
  }

  /** The number of headers; their values may be secret. */
  @Override
  public String toString() {
    return "headers[" + fields.size() + "]";
  }
}
