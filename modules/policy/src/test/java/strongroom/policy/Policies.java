package strongroom.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;

/** Short words for tests. */
final class Policies {
  private Policies() {}

  static Policy policy(String text) {
    try {
      return Policy.parse("test", text);
    } catch (PolicySyntax e) {
      throw new IllegalArgumentException(e);
    }
  }

  static Acl acl(String... texts) {
    List<Policy> policies = new ArrayList<>();
    for (String text : texts) {
      policies.add(policy(text));
    }
    return Acl.compile(policies);
  }

  /** {@code path "…" { capabilities = ["…"] }} for each pair of pattern and capability. */
  static Acl rules(String... patternsAndCapabilities) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < patternsAndCapabilities.length; i += 2) {
      text.append("path \"")
          .append(patternsAndCapabilities[i])
          .append("\" { capabilities = [\"")
          .append(patternsAndCapabilities[i + 1].replace(",", "\",\""))
          .append("\"] }\n");
    }
    return acl(text.toString());
  }

  static boolean allows(Acl acl, Operation operation, String path) {
    return acl.allows(operation, path, JsonObject.EMPTY, Optional.empty(), false);
  }

  static boolean allows(Acl acl, Operation operation, String path, JsonObject body) {
    return acl.allows(operation, path, body, Optional.empty(), false);
  }

  static boolean allows(Acl acl, Operation operation, String path, Duration wrapTtl) {
    return acl.allows(operation, path, JsonObject.EMPTY, Optional.of(wrapTtl), false);
  }
}
