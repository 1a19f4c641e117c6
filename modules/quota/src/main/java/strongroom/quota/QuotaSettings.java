package strongroom.quota;

import java.util.List;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * What holds for all rate limits.
 *
 * @param exemptPaths what no limit is for: a path with all that is below it, or all that begins as
 *     what stands before a {@code *}
 * @param auditLogging whether what a limit refuses is recorded by audit devices
 * @param responseHeaders whether clients are told how much they have left
 */
public record QuotaSettings(
    List<String> exemptPaths, boolean auditLogging, boolean responseHeaders) {
  /** Until somebody says otherwise: what people need to get a node going is exempt. */
  public static final QuotaSettings DEFAULT =
      new QuotaSettings(
          List.of(
              "sys/generate-recovery-token/attempt",
              "sys/generate-recovery-token/update",
              "sys/generate-root/attempt",
              "sys/generate-root/update",
              "sys/health",
              "sys/seal-status",
              "sys/unseal"),
          false,
          false);

  boolean exempts(String path) {
    for (String exempt : exemptPaths) {
      if (exempt.endsWith("*") || exempt.endsWith("/")) {
        int end = exempt.endsWith("*") ? exempt.length() - 1 : exempt.length();
        if (path.regionMatches(0, exempt, 0, end)) {
          return true;
        }
      } else if (path.startsWith(exempt)
          && (path.length() == exempt.length() || path.charAt(exempt.length()) == '/')) {
        return true;
      }
    }
    return false;
  }

  /** As it is stored, and as clients read it. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("enable_rate_limit_audit_logging", auditLogging)
        .put("enable_rate_limit_response_headers", responseHeaders)
        .put("rate_limit_exempt_paths", exemptPaths)
        .build();
  }

  /** What {@code fields} say; what they leave out is off or empty. */
  public static QuotaSettings of(Fields fields) {
    return new QuotaSettings(
        fields.strings("rate_limit_exempt_paths").orElse(List.of()),
        fields.bool("enable_rate_limit_audit_logging").orElse(false),
        fields.bool("enable_rate_limit_response_headers").orElse(false));
  }
}
