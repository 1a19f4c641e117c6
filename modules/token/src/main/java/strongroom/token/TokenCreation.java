package strongroom.token;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import strongroom.storage.Transaction;

/** Makes the token that somebody asks for, within what they and the role may. */
final class TokenCreation {
  private static final int META_MAX = 64;
  private static final int TEXT_LENGTH_MAX = 512;

  private final TokenStore tokens;
  private final Rights rights;
  private final EntityAliases aliases;

  TokenCreation(TokenStore tokens, Rights rights, EntityAliases aliases) {
    this.tokens = tokens;
    this.rights = rights;
    this.aliases = aliases;
  }

  /**
   * Makes the token that {@code call} asks for.
   *
   * @param maker who asks, and by which role
   * @param orphan whether the endpoint or the role makes orphans
   */
  Response create(Call call, Transaction transaction, TokenMaker maker, boolean orphan) {
    Fields fields = call.fields();
    TokenEntry caller = maker.caller();
    if (caller.type() == TokenType.BATCH) {
      throw Refusal.invalid("batch tokens cannot create more tokens");
    }
    // A token that counts its uses could otherwise make itself one that does not.
    if (caller.usesLeft() > 0) {
      throw Refusal.invalid("restricted use token cannot generate child tokens");
    }
    boolean withoutParent = orphan || wantsNoParent(fields, maker);
    Optional<String> chosen = fields.nonEmptyString("id");
    TokenType type = type(fields, maker.role());
    checkChosen(chosen, maker.trusted(), type);
    List<String> granted = TokenPolicies.of(fields, maker);
    List<String> warnings = new ArrayList<>();
    Lifetime lifetime = lifetime(call, maker, type, granted, warnings);
    int uses = uses(fields, maker.role());
    if (type == TokenType.BATCH) {
      refuseForBatch(fields, uses, IssuedToken.isRoot(granted));
    }
    TokenEntry.Grant grant =
        new TokenEntry.Grant(
            granted,
            path(call, maker.role()),
            displayName(fields),
            meta(fields),
            maker.role().map(TokenRole::name).orElse(""),
            lifetime.ttl().isZero() ? List.of() : boundCidrs(maker, withoutParent),
            entityId(call, transaction, maker, withoutParent));
    IssuedToken issued =
        tokens.create(
            transaction,
            new TokenRequest(
                type,
                withoutParent ? "" : caller.id(),
                grant,
                lifetime.ttl(),
                lifetime.explicitMax(),
                lifetime.period(),
                renewable(fields, maker.role(), type, lifetime),
                uses,
                chosen));
    for (String name : granted) {
      if (rights.policies().find(name).isEmpty()) {
        warnings.add("Policy \"" + name + "\" does not exist");
      }
    }
    return Response.of(issued.toAuth(rights.byIdentity(issued.entry()))).warning(warnings);
  }

  /** A role says itself whether its tokens are orphans. */
  private static boolean wantsNoParent(Fields fields, TokenMaker maker) {
    boolean wanted = maker.role().isEmpty() && fields.bool("no_parent").orElse(false);
    if (wanted && !maker.trusted()) {
      throw Refusal.invalid("root or sudo privileges required to create orphan token");
    }
    return wanted;
  }

  /** That of the alias which the role allows; otherwise a child has its parent's. */
  private String entityId(
      Call call, Transaction transaction, TokenMaker maker, boolean withoutParent) {
    String alias = call.fields().string("entity_alias").orElse("");
    if (alias.isEmpty()) {
      return withoutParent ? "" : maker.caller().grant().entityId();
    }
    List<String> allowed =
        maker
            .role()
            .map(TokenRole::allowedEntityAliases)
            .orElseThrow(
                () ->
                    Refusal.invalid(
                        "'entity_alias' is only allowed in combination with token role"));
    String name = alias.toLowerCase(Locale.ROOT);
    if (allowed.stream()
        .noneMatch(glob -> TokenPolicies.matches(glob.toLowerCase(Locale.ROOT), name))) {
      throw Refusal.invalid("invalid 'entity_alias' value");
    }
    if (!withoutParent) {
      // Before identities are locked: who uses up a token locks it first, too.
      tokens.keep(transaction, maker.caller().id());
    }
    return aliases.entityId(transaction, call.mount().accessor(), alias);
  }

  /** The smaller of what is wished and what the role says, where 0 is any number. */
  private static int uses(Fields fields, Optional<TokenRole> role) {
    int wished = fields.integer("num_uses", 0, Integer.MAX_VALUE - 1).orElse(0);
    int ofRole = role.map(TokenRole::uses).orElse(0);
    return wished == 0 || ofRole == 0 ? Math.max(wished, ofRole) : Math.min(wished, ofRole);
  }

  /** A role's networks, or those of the parent: a child is not free of what binds its parent. */
  private static List<String> boundCidrs(TokenMaker maker, boolean withoutParent) {
    if (maker.role().isPresent()) {
      return maker.role().get().boundCidrs();
    }
    return withoutParent ? List.of() : maker.caller().grant().boundCidrs();
  }

  private static boolean renewable(
      Fields fields, Optional<TokenRole> role, TokenType type, Lifetime lifetime) {
    return !lifetime.ttl().isZero()
        && type == TokenType.SERVICE
        && fields.bool("renewable").orElse(true)
        && role.map(TokenRole::renewable).orElse(true);
  }

  /** How long a token lasts: zero for ever, for no bound, for no period. */
  private record Lifetime(Duration ttl, Duration explicitMax, Duration period) {}

  private static Lifetime lifetime(
      Call call, TokenMaker maker, TokenType type, List<String> granted, List<String> warnings) {
    Fields fields = call.fields();
    boolean root = IssuedToken.isRoot(granted);
    Duration wishedPeriod = period(fields, maker, root);
    // A batch token is never renewed, so that a role's period has nothing to give.
    Duration period = type == TokenType.BATCH ? Duration.ZERO : wishedPeriod;
    Duration explicitMax = explicitMax(fields, maker.role());
    boolean endless =
        root
            && fields.duration("ttl").orElse(Duration.ZERO).isZero()
            && period.isZero()
            && explicitMax.isZero();
    Duration ttl =
        endless ? rootTtl(maker.caller()) : ttl(call, fields, period, explicitMax, warnings);
    return new Lifetime(ttl, explicitMax, period);
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

  private static Duration period(Fields fields, TokenMaker maker, boolean root) {
    Duration wished = fields.duration("period").orElse(Duration.ZERO);
    Duration ofRole = maker.role().map(TokenRole::period).orElse(Duration.ZERO);
    if (!wished.isZero() && !maker.trusted()) {
      throw Refusal.invalid("root or sudo privileges required to create periodic token");
    }
    if (wished.isZero() || (!ofRole.isZero() && ofRole.compareTo(wished) < 0)) {
      return root ? Duration.ZERO : ofRole;
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

  private static void refuseForBatch(Fields fields, int uses, boolean root) {
    if (uses != 0) {
      throw Refusal.invalid("batch tokens cannot have \"num_uses\" set");
    }
    for (String name : List.of("period", "explicit_max_ttl")) {
      if (!fields.duration(name).orElse(Duration.ZERO).isZero()) {
        throw Refusal.invalid("batch tokens cannot have \"" + name + "\" set");
      }
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

  /** Letters and digits of ASCII, all else a dash, none at the end: as clients know it. */
  private static String displayName(Fields fields) {
    String wished = fields.string("display_name").orElse("");
    if (wished.isEmpty()) {
      return "token";
    }
    StringBuilder name = new StringBuilder("token-");
    wished
        .codePoints()
        .limit(TEXT_LENGTH_MAX)
        .forEach(c -> name.append(c < 128 && Character.isLetterOrDigit(c) ? (char) c : '-'));
    if (name.charAt(name.length() - 1) == '-') {
      name.setLength(name.length() - 1);
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
