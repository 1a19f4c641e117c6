package strongroom.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import strongroom.policy.Policy;
import strongroom.storage.Transaction;

/** Decides what a token that somebody asks for is to be. */
final class TokenCreation {
  private static final int POLICIES_MAX = 512;
  private static final int META_MAX = 64;
  private static final int TEXT_LENGTH_MAX = 512;

  private final TokenStore tokens;

  TokenCreation(TokenStore tokens) {
    this.tokens = tokens;
  }

  /**
   * Makes the token that {@code call} asks for.
   *
   * @param caller the token that asks
   * @param role the role it is made by
   * @param orphan whether the endpoint itself makes orphans
   */
  Response create(
      Call call,
      Transaction transaction,
      TokenEntry caller,
      Optional<TokenRole> role,
      boolean orphan) {
    Fields fields = call.fields();
    List<String> warnings = new ArrayList<>();
    if (caller.type() == TokenType.BATCH) {
      throw Refusal.invalid("batch tokens cannot create more tokens");
    }
    // A token that counts its uses could otherwise make itself one that does not.
    if (caller.usesLeft() > 0) {
      throw Refusal.invalid("restricted use token cannot generate child tokens");
    }
    boolean trusted = caller.root();
    boolean withoutParent = orphan || fields.bool("no_parent").orElse(false);
    if (withoutParent && !orphan && !trusted) {
      throw Refusal.invalid("root or sudo privileges required to create orphan token");
    }
    Optional<String> chosen = fields.string("id").filter(id -> !id.isEmpty());
    TokenType type = type(fields, role);
    checkChosen(chosen, trusted, type);
    List<String> policies = policies(fields, caller, role, trusted);
    int uses =
        fields
            .integer("num_uses", 0, Integer.MAX_VALUE - 1)
            .orElse(role.map(TokenRole::uses).orElse(0));
    Duration period = period(fields, role, trusted, policies);
    Duration explicitMax = explicitMax(fields, role);
    boolean root = IssuedToken.isRoot(policies);
    Duration ttl =
        root && fields.duration("ttl").orElse(Duration.ZERO).isZero() && period.isZero()
            ? rootTtl(caller)
            : ttl(call, fields, period, explicitMax, warnings);
    boolean renewable =
        !ttl.isZero()
            && type == TokenType.SERVICE
            && fields.bool("renewable").orElse(true)
            && role.map(TokenRole::renewable).orElse(true);
    if (type == TokenType.BATCH) {
      refuseForBatch(uses, period, explicitMax, root);
    }
    TokenEntry.Grant grant =
        new TokenEntry.Grant(
            policies,
            path(call, role),
            displayName(fields),
            meta(fields),
            role.map(TokenRole::name).orElse(""),
            role.map(TokenRole::boundCidrs).orElse(List.of()),
            withoutParent ? "" : caller.grant().entityId());
    IssuedToken issued =
        tokens.create(
            transaction,
            new TokenRequest(
                type,
                withoutParent ? "" : caller.id(),
                grant,
                ttl,
                explicitMax,
                period,
                renewable,
                uses,
                chosen));
    return Response.of(issued.toAuth(call.now())).warning(warnings);
  }

  private static void checkChosen(Optional<String> chosen, boolean trusted, TokenType type) {
    if (chosen.isEmpty()) {
      return;
    }
    if (!trusted) {
      throw Refusal.invalid("root or sudo privileges required to specify token id");
    }
    String id = chosen.get();
    boolean reserved =
        id.startsWith(TokenText.SERVICE_PREFIX)
            || id.startsWith(TokenText.BATCH_PREFIX)
            || id.startsWith(TokenText.RECOVERY_PREFIX)
            || id.startsWith("s.")
            || id.startsWith("b.")
            || id.startsWith("r.");
    if (reserved || type == TokenType.BATCH) {
      throw Refusal.invalid("custom token ID cannot have the prefix of a generated one");
    }
    if (id.length() > TEXT_LENGTH_MAX || id.chars().anyMatch(c -> c <= ' ' || c >= 0x7f)) {
      throw Refusal.invalid(
          "a custom token ID has 1 to " + TEXT_LENGTH_MAX + " printable characters, no blanks");
    }
  }

  private static TokenType type(Fields fields, Optional<TokenRole> role) {
    Optional<TokenType> wished =
        switch (fields.string("type").orElse("")) {
          case "" -> Optional.empty();
          case "service" -> Optional.of(TokenType.SERVICE);
          case "batch" -> Optional.of(TokenType.BATCH);
          default -> throw Refusal.invalid("type is service or batch");
        };
    return role.map(r -> r.type(wished)).orElse(wished.orElse(TokenType.SERVICE));
  }

  private List<String> policies(
      Fields fields, TokenEntry caller, Optional<TokenRole> role, boolean trusted) {
    Set<String> wished = new TreeSet<>();
    for (String name : fields.strings("policies").orElse(List.of())) {
      String canonical = Policy.normalizedName(name);
      // Only "root" itself is root: another spelling must not become it by being made canonical.
      if (canonical.equals(PolicyNames.ROOT) && !name.equals(PolicyNames.ROOT)) {
        throw Refusal.invalid("a policy is named as if it were the root policy");
      }
      if (canonical.equals(PolicyNames.RESPONSE_WRAPPING)) {
        throw Refusal.invalid("the policy " + canonical + " cannot be given to a token");
      }
      if (canonical.isEmpty() || canonical.length() > TEXT_LENGTH_MAX) {
        throw Refusal.invalid("a policy's name has 1 to " + TEXT_LENGTH_MAX + " characters");
      }
      wished.add(canonical);
    }
    if (wished.size() > POLICIES_MAX) {
      throw Refusal.invalid("a token has at most " + POLICIES_MAX + " policies");
    }
    if (role.isPresent()) {
      wished = byRole(wished, role.get(), caller);
    } else if (wished.isEmpty()) {
      wished.addAll(caller.grant().policies());
    } else if (!trusted) {
      Set<String> own = new TreeSet<>(caller.grant().policies());
      own.add(PolicyNames.DEFAULT);
      if (!own.containsAll(wished)) {
        throw Refusal.invalid("child policies must be subset of parent");
      }
    }
    if (wished.contains(PolicyNames.ROOT)) {
      if (!trusted || wished.size() > 1) {
        throw Refusal.invalid(
            trusted
                ? "root tokens may not have other policies"
                : "root tokens may not be created without parent token being root");
      }
      return List.of(PolicyNames.ROOT);
    }
    boolean noDefault =
        fields.bool("no_default_policy").orElse(false)
            || role.map(TokenRole::noDefaultPolicy).orElse(false);
    if (!noDefault) {
      wished.add(PolicyNames.DEFAULT);
    }
    return List.copyOf(wished);
  }

  private static Set<String> byRole(Set<String> wished, TokenRole role, TokenEntry caller) {
    boolean bounded = !role.allowedPolicies().isEmpty() || !role.allowedPoliciesGlob().isEmpty();
    Set<String> result = new TreeSet<>(wished);
    if (result.isEmpty()) {
      result.addAll(
          role.allowedPolicies().isEmpty() ? caller.grant().policies() : role.allowedPolicies());
    }
    for (String policy : result) {
      boolean allowed =
          !bounded
              || policy.equals(PolicyNames.DEFAULT)
              || role.allowedPolicies().contains(policy)
              || role.allowedPoliciesGlob().stream().anyMatch(glob -> matches(glob, policy));
      boolean own =
          bounded
              || caller.root()
              || caller.grant().policies().contains(policy)
              || policy.equals(PolicyNames.DEFAULT);
      boolean disallowed =
          role.disallowedPolicies().contains(policy)
              || role.disallowedPoliciesGlob().stream().anyMatch(glob -> matches(glob, policy));
      if (!allowed || disallowed || !own) {
        throw Refusal.invalid(
            "token policy \"" + policy + "\" is not allowed by role \"" + role.name() + "\"");
      }
    }
    return result;
  }

  private static boolean matches(String glob, String text) {
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

  private static Duration period(
      Fields fields, Optional<TokenRole> role, boolean trusted, List<String> policies) {
    Duration wished = fields.duration("period").orElse(Duration.ZERO);
    Duration ofRole = role.map(TokenRole::period).orElse(Duration.ZERO);
    if (!wished.isZero() && !trusted) {
      throw Refusal.invalid("root or sudo privileges required to create periodic token");
    }
    if (wished.isZero() || (!ofRole.isZero() && ofRole.compareTo(wished) < 0)) {
      return IssuedToken.isRoot(policies) ? Duration.ZERO : ofRole;
    }
    return wished;
  }

  private static Duration explicitMax(Fields fields, Optional<TokenRole> role) {
    Duration wished = fields.duration("explicit_max_ttl").orElse(Duration.ZERO);
    Duration ofRole = role.map(TokenRole::explicitMaxTtl).orElse(Duration.ZERO);
    if (wished.isZero()) {
      return ofRole;
    }
    return ofRole.isZero() || wished.compareTo(ofRole) < 0 ? wished : ofRole;
  }

  /** A root token made by one that ends must end too. */
  private static Duration rootTtl(TokenEntry caller) {
    if (caller.life().expiresAt().isPresent()) {
      throw Refusal.invalid("expiring root tokens cannot create non-expiring root tokens");
    }
    return Duration.ZERO;
  }

  private static Duration ttl(
      Call call, Fields fields, Duration period, Duration explicitMax, List<String> warnings) {
    Duration wished =
        fields.duration("ttl").or(() -> fields.duration("lease")).orElse(Duration.ZERO);
    Duration ttl =
        !period.isZero() ? period : wished.isZero() ? call.mount().defaultLeaseTtl() : wished;
    Duration max = call.mount().maxLeaseTtl();
    if (period.isZero() && ttl.compareTo(max) > 0) {
      warnings.add(
          "TTL of \""
              + TimeText.formatDuration(ttl)
              + "\" exceeded the effective max_ttl of \""
              + TimeText.formatDuration(max)
              + "\"; TTL value is capped accordingly");
      ttl = max;
    }
    if (!explicitMax.isZero() && ttl.compareTo(explicitMax) > 0) {
      warnings.add(
          "TTL of \""
              + TimeText.formatDuration(ttl)
              + "\" is above the explicit maximum and was lowered to \""
              + TimeText.formatDuration(explicitMax)
              + "\"");
      ttl = explicitMax;
    }
    return ttl;
  }

  private static void refuseForBatch(
      int uses, Duration period, Duration explicitMax, boolean root) {
    if (uses != 0) {
      throw Refusal.invalid("batch tokens cannot have a use count (num_uses)");
    }
    if (!period.isZero() || !explicitMax.isZero()) {
      throw Refusal.invalid("batch tokens cannot have a period or an explicit maximum TTL");
    }
    if (root) {
      throw Refusal.invalid("batch tokens cannot be root tokens");
    }
  }

  private static String path(Call call, Optional<TokenRole> role) {
    String path = call.request().path();
    return role.map(TokenRole::pathSuffix)
        .filter(suffix -> !suffix.isEmpty())
        .map(suffix -> path + "/" + suffix)
        .orElse(path);
  }

  private static String displayName(Fields fields) {
    String wished = fields.string("display_name").orElse("");
    StringBuilder name = new StringBuilder("token");
    if (!wished.isEmpty()) {
      name.append('-');
      wished
          .chars()
          .limit(TEXT_LENGTH_MAX)
          .forEach(c -> name.append(Character.isLetterOrDigit(c) ? (char) c : '-'));
    }
    return name.toString();
  }

  private static Map<String, String> meta(Fields fields) {
    Map<String, String> meta =
        fields.stringMap("meta").or(() -> fields.stringMap("metadata")).orElse(Map.of());
    boolean tooLong =
        meta.entrySet().stream()
            .anyMatch(
                e ->
                    e.getKey().length() > TEXT_LENGTH_MAX
                        || e.getValue().length() > TEXT_LENGTH_MAX);
    if (meta.size() > META_MAX || tooLong) {
      throw Refusal.invalid(
          "meta has at most "
              + META_MAX
              + " entries of at most "
              + TEXT_LENGTH_MAX
              + " characters");
    }
    return meta;
  }
}
