package strongroom.token;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.policy.Policy;

/**
 * Which policies a new token gets. It never has more than its maker, but where the maker has {@code
 * sudo} or a role allows it; and {@code root} comes from root alone.
 */
final class TokenPolicies {
  private static final int POLICIES_MAX = 512;
  private static final int NAME_LENGTH_MAX = 512;

  private TokenPolicies() {}

  /** The policies, in order, in canonical form. */
  static List<String> of(Fields fields, TokenMaker maker) {
    Set<String> wished = wished(fields);
    boolean none = fields.bool("no_default_policy").orElse(false);
    boolean noneByRole = maker.role().map(TokenRole::noDefaultPolicy).orElse(false);
    Set<String> result =
        maker.role().isPresent() && maker.role().get().boundsPolicies()
            ? byRole(wished, maker.role().get(), maker.caller(), !none && !noneByRole)
            : byMaker(wished, maker, !none && !noneByRole);
    if (none) {
      result.remove(PolicyNames.DEFAULT);
    }
    if (!result.contains(PolicyNames.ROOT)) {
      return List.copyOf(result);
    }
    if (!maker.caller().root()) {
      throw Refusal.invalid("root tokens may not be created without parent token being root");
    }
    if (wished.size() > 1) {
      throw Refusal.invalid("root tokens may not have other policies");
    }
    return List.of(PolicyNames.ROOT);
  }

  private static Set<String> wished(Fields fields) {
    Set<String> wished = new TreeSet<>();
    for (String name : fields.strings("policies").orElse(List.of())) {
      String canonical = Policy.normalizedName(name);
      // Only "root" itself is root: another spelling must not become it, nor be taken for it.
      if (Policy.resemblesRoot(name) && !name.equals(PolicyNames.ROOT)) {
        throw Refusal.invalid("a policy is named as if it were the root policy");
      }
      if (canonical.equals(PolicyNames.RESPONSE_WRAPPING)) {
        throw Refusal.invalid("the policy " + canonical + " cannot be given to a token");
      }
      if (canonical.isEmpty() || canonical.length() > NAME_LENGTH_MAX) {
        throw Refusal.invalid("a policy's name has 1 to " + NAME_LENGTH_MAX + " characters");
      }
      wished.add(canonical);
    }
    if (wished.size() > POLICIES_MAX) {
      throw Refusal.invalid("a token has at most " + POLICIES_MAX + " policies");
    }
    return wished;
  }

  /** The default policy comes by itself only where the maker has it, or could give it anyway. */
  private static Set<String> byMaker(Set<String> wished, TokenMaker maker, boolean addDefault) {
    List<String> own = maker.caller().grant().policies();
    if (wished.isEmpty()) {
      Set<String> inherited = new TreeSet<>(own);
      if (!addDefault) {
        inherited.remove(PolicyNames.DEFAULT);
      }
      return inherited;
    }
    if (!maker.trusted() && !own.containsAll(wished)) {
      throw Refusal.invalid("child policies must be subset of parent");
    }
    Set<String> result = new TreeSet<>(wished);
    if (addDefault && (maker.trusted() || own.contains(PolicyNames.DEFAULT))) {
      result.add(PolicyNames.DEFAULT);
    }
    return result;
  }

  private static Set<String> byRole(
      Set<String> wished, TokenRole role, TokenEntry caller, boolean addDefault) {
    boolean mayDefault = addDefault && !disallowed(PolicyNames.DEFAULT, role);
    Set<String> result = new TreeSet<>(wished);
    if (result.isEmpty()) {
      result.addAll(role.allowsPolicies() ? role.allowedPolicies() : caller.grant().policies());
      if (!role.allowedPolicies().contains(PolicyNames.DEFAULT)) {
        result.remove(PolicyNames.DEFAULT);
      }
    }
    for (String policy : result) {
      boolean allowed =
          role.allowsPolicies()
              ? listed(policy, role.allowedPolicies(), role.allowedPoliciesGlob())
              : caller.root() || caller.grant().policies().contains(policy);
      boolean byDefault = mayDefault && policy.equals(PolicyNames.DEFAULT);
      if ((!allowed && !byDefault) || disallowed(policy, role)) {
        throw Refusal.invalid(
            "token policy \"" + policy + "\" is not allowed by role \"" + role.name() + "\"");
      }
    }
    // Beside root there is no other.
    if (mayDefault && !result.contains(PolicyNames.ROOT)) {
      result.add(PolicyNames.DEFAULT);
    }
    return result;
  }

  private static boolean disallowed(String policy, TokenRole role) {
    return listed(policy, role.disallowedPolicies(), role.disallowedPoliciesGlob());
  }

  private static boolean listed(String policy, List<String> names, List<String> globs) {
    return names.contains(policy) || globs.stream().anyMatch(glob -> matches(glob, policy));
  }

  static boolean matches(String glob, String text) {
    int star = glob.indexOf('*');
    if (star < 0) {
      return glob.equals(text);
    }
    String head = glob.substring(0, star);
    String tail = glob.substring(star + 1);
    if (!text.startsWith(head)) {
      return false;
    }
    if (tail.indexOf('*') < 0) {
      return text.length() >= head.length() + tail.length() && text.endsWith(tail);
    }
    for (int i = head.length(); i <= text.length(); i++) {
      if (matches(tail, text.substring(i))) {
        return true;
      }
    }
    return false;
  }
}
