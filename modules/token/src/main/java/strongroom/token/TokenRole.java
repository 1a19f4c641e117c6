package strongroom.token;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Network;
import strongroom.logical.Refusal;
import strongroom.policy.Policy;

/**
 * A token role: bounds and settings for the tokens made by it ({@code auth/token/roles/:name}).
 *
 * @param name the role
 * @param allowedPolicies policies its tokens may have; empty for those of the caller
 * @param disallowedPolicies policies its tokens may not have
 * @param allowedPoliciesGlob likewise, with stars
 * @param disallowedPoliciesGlob likewise, with stars
 * @param orphan whether its tokens have no parent
 * @param renewable whether its tokens can be renewed
 * @param pathSuffix behind the path its tokens say they were made at
 * @param explicitMaxTtl never longer than this, zero for no bound
 * @param period what every renewal gives, zero for none
 * @param boundCidrs the networks its tokens may be used from
 * @param uses how many requests its tokens are good for, 0 for any number
 * @param tokenType {@code default-service}, {@code default-batch}, {@code service} or {@code batch}
 * @param noDefaultPolicy whether its tokens lack the default policy
 * @param allowedEntityAliases what {@code entity_alias} may say, with {@code *} for any characters
 */
record TokenRole(
    String name,
    List<String> allowedPolicies,
    List<String> disallowedPolicies,
    List<String> allowedPoliciesGlob,
    List<String> disallowedPoliciesGlob,
    boolean orphan,
    boolean renewable,
    String pathSuffix,
    Duration explicitMaxTtl,
    Duration period,
    List<String> boundCidrs,
    int uses,
    String tokenType,
    boolean noDefaultPolicy,
    List<String> allowedEntityAliases) {

  private static final List<String> TYPES =
      List.of("default-service", "default-batch", "service", "batch");

  static TokenRole fresh(String name) {
    return new TokenRole(
        name,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        true,
        "",
        Duration.ZERO,
        Duration.ZERO,
        List.of(),
        0,
        "default-service",
        false,
        List.of());
  }

  /** This role with what {@code fields} say in place of what it was. */
  TokenRole with(Fields fields) {
    String type = fields.nonEmptyString("token_type").orElse(tokenType);
    if (!TYPES.contains(type)) {
      throw Refusal.invalid("token_type is one of " + String.join(", ", TYPES));
    }
    List<String> cidrs =
        fields
            .strings("token_bound_cidrs")
            .or(() -> fields.strings("bound_cidrs"))
            .orElse(boundCidrs);
    if (cidrs.stream().anyMatch(cidr -> Network.parse(cidr).isEmpty())) {
      throw Refusal.invalid("bound CIDRs are networks such as 10.0.0.0/8 or 2001:db8::/32");
    }
    TokenRole changed =
        new TokenRole(
            name,
            policies(fields, "allowed_policies", allowedPolicies),
            policies(fields, "disallowed_policies", disallowedPolicies),
            policies(fields, "allowed_policies_glob", allowedPoliciesGlob),
            policies(fields, "disallowed_policies_glob", disallowedPoliciesGlob),
            fields.bool("orphan").orElse(orphan),
            fields.bool("renewable").orElse(renewable),
            suffix(fields),
            either(fields, "token_explicit_max_ttl", "explicit_max_ttl", explicitMaxTtl),
            either(fields, "token_period", "period", period),
            cidrs,
            fields.integer("token_num_uses", 0, Integer.MAX_VALUE - 1).orElse(uses),
            type,
            fields.bool("token_no_default_policy").orElse(noDefaultPolicy),
            fields.strings("allowed_entity_aliases").orElse(allowedEntityAliases));
    boolean bounded =
        !changed.period.isZero() || !changed.explicitMaxTtl.isZero() || changed.uses != 0;
    if (type.equals("batch") && bounded) {
      throw Refusal.invalid(
          "'token_type' cannot be 'batch' where the role sets token_period,"
              + " token_explicit_max_ttl or token_num_uses");
    }
    return changed;
  }

  private static List<String> policies(Fields fields, String name, List<String> before) {
    return fields
        .strings(name)
        .map(list -> list.stream().map(Policy::normalizedName).distinct().sorted().toList())
        .orElse(before);
  }

  private String suffix(Fields fields) {
    String suffix = fields.string("path_suffix").orElse(pathSuffix);
    if (!suffix.chars().allMatch(c -> Character.isLetterOrDigit(c) || "-_./".indexOf(c) >= 0)
        || suffix.length() > 256) {
      throw Refusal.invalid("path_suffix has letters, digits, and - _ . / only, at most 256");
    }
    return suffix;
  }

  private static Duration either(Fields fields, String name, String old, Duration before) {
    return fields.duration(name).or(() -> fields.duration(old)).orElse(before);
  }

  /** Whether it says at all which policies its tokens may have. */
  boolean boundsPolicies() {
    return allowsPolicies() || !disallowedPolicies.isEmpty() || !disallowedPoliciesGlob.isEmpty();
  }

  /** Whether it says which policies its tokens may have, be they the caller's or not. */
  boolean allowsPolicies() {
    return !allowedPolicies.isEmpty() || !allowedPoliciesGlob.isEmpty();
  }

  /** The role as it is kept and as clients read it. */
  JsonObject toJson() {
    return JsonObject.builder()
        .put("name", name)
        .put("allowed_policies", allowedPolicies)
        .put("disallowed_policies", disallowedPolicies)
        .put("allowed_policies_glob", allowedPoliciesGlob)
        .put("disallowed_policies_glob", disallowedPoliciesGlob)
        .put("orphan", orphan)
        .put("renewable", renewable)
        .put("path_suffix", pathSuffix)
        .put("explicit_max_ttl", explicitMaxTtl)
        .put("token_explicit_max_ttl", explicitMaxTtl)
        .put("period", period)
        .put("token_period", period)
        .put("token_bound_cidrs", boundCidrs)
        .put("token_num_uses", uses)
        .put("token_type", tokenType)
        .put("token_no_default_policy", noDefaultPolicy)
        .put("allowed_entity_aliases", allowedEntityAliases)
        .build();
  }

  static TokenRole fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return fresh(fields.string("name").orElseThrow()).with(fields);
  }

  /** The kind of token, from what the request wishes. */
  TokenType type(Optional<TokenType> wished) {
    return switch (tokenType) {
      case "service" -> TokenType.SERVICE;
      case "batch" -> TokenType.BATCH;
      case "default-batch" -> wished.orElse(TokenType.BATCH);
      default -> wished.orElse(TokenType.SERVICE);
    };
  }
}
