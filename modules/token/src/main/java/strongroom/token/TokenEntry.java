package strongroom.token;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Network;
import strongroom.logical.TimeText;

/**
 * What is known of a token.
 *
 * @param id the keyed hash of the token, as hexadecimal; names it in storage
 * @param accessor a name that can be shown; empty text for batch tokens
 * @param parent the id of the token that made it, empty text for orphans
 * @param type which kind
 * @param grant what it allows, and to whom
 * @param life how long it lasts
 * @param usesLeft how many requests it is still good for, 0 for any number
 */
public record TokenEntry(
    String id,
    String accessor,
    String parent,
    TokenType type,
    Grant grant,
    Life life,
    int usesLeft) {

  /**
   * What a token allows, and to whom.
   *
   * @param policies in order, in canonical form
   * @param path where it was made: {@code auth/token/create}
   * @param displayName for people
   * @param meta for people
   * @param role the token role it was made by, empty text for none
   * @param boundCidrs the networks it may be used from; empty for any
   * @param entityId the identity behind it, empty text for none
   */
  public record Grant(
      List<String> policies,
      String path,
      String displayName,
      Map<String, String> meta,
      String role,
      List<String> boundCidrs,
      String entityId) {}

  /**
   * How long a token lasts.
   *
   * @param createdAt when it was made
   * @param ttl the lifetime it was made or last renewed with; zero for ever
   * @param explicitMaxTtl never longer than this from its making; zero for no bound
   * @param period every renewal gives it this much; zero for none
   * @param renewable whether it can be renewed
   * @param renewedAt when it was last renewed
   */
  public record Life(
      Instant createdAt,
      Duration ttl,
      Duration explicitMaxTtl,
      Duration period,
      boolean renewable,
      Optional<Instant> renewedAt) {
    /** When it ends; empty for never. */
    public Optional<Instant> expiresAt() {
      return ttl.isZero() ? Optional.empty() : Optional.of(renewedAt.orElse(createdAt).plus(ttl));
    }
  }

  /** Whether it has no parent. */
  public boolean orphan() {
    return parent.isEmpty();
  }

  /** Whether it has the root policy. */
  public boolean root() {
    return grant.policies().contains(PolicyNames.ROOT);
  }

  /** Whether it has ended at {@code now}. */
  public boolean expired(Instant now) {
    return life.expiresAt().map(end -> !now.isBefore(end)).orElse(false);
  }

  /** How long it still lasts at {@code now}; zero for ever. */
  public Duration remaining(Instant now) {
    return life.expiresAt()
        .map(end -> Duration.between(now, end))
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .orElse(Duration.ZERO);
  }

  /** Whether it may be used from {@code address}. */
  public boolean allows(InetAddress address) {
    return grant.boundCidrs().isEmpty()
        || grant.boundCidrs().stream()
            .anyMatch(cidr -> Network.parse(cidr).filter(n -> n.contains(address)).isPresent());
  }

  TokenEntry with(Life other) {
    return new TokenEntry(id, accessor, parent, type, grant, other, usesLeft);
  }

  TokenEntry withUsesLeft(int uses) {
    return new TokenEntry(id, accessor, parent, type, grant, life, uses);
  }

  TokenEntry orphaned() {
    return new TokenEntry(id, accessor, "", type, grant, life, usesLeft);
  }

  JsonObject toJson() {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("id", id)
            .put("accessor", accessor)
            .put("parent", parent)
            .put("type", type.word())
            .put("policies", grant.policies())
            .put("path", grant.path())
            .put("display_name", grant.displayName())
            .put("meta", JsonObject.ofStrings(grant.meta()))
            .put("role", grant.role())
            .put("bound_cidrs", grant.boundCidrs())
            .put("entity_id", grant.entityId())
            .put("created", TimeText.format(life.createdAt()))
            .put("ttl", life.ttl())
            .put("explicit_max_ttl", life.explicitMaxTtl())
            .put("period", life.period())
            .put("renewable", life.renewable())
            .put("uses_left", usesLeft);
    life.renewedAt().ifPresent(time -> json.put("renewed", TimeText.format(time)));
    return json.build();
  }

  static TokenEntry fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    Grant grant =
        new Grant(
            fields.strings("policies").orElseThrow(),
            fields.string("path").orElseThrow(),
            fields.string("display_name").orElseThrow(),
            fields.stringMap("meta").orElseThrow(),
            fields.string("role").orElseThrow(),
            fields.strings("bound_cidrs").orElseThrow(),
            fields.string("entity_id").orElseThrow());
    Life life =
        new Life(
            fields.string("created").flatMap(TimeText::parseTime).orElseThrow(),
            fields.duration("ttl").orElseThrow(),
            fields.duration("explicit_max_ttl").orElseThrow(),
            fields.duration("period").orElseThrow(),
            fields.bool("renewable").orElseThrow(),
            fields.string("renewed").flatMap(TimeText::parseTime));
    return new TokenEntry(
        fields.string("id").orElseThrow(),
        fields.string("accessor").orElseThrow(),
        fields.string("parent").orElseThrow(),
        fields.string("type").orElseThrow().equals("batch") ? TokenType.BATCH : TokenType.SERVICE,
        grant,
        life,
        fields.integer("uses_left", 0, Integer.MAX_VALUE).orElseThrow());
  }

  /** Names the token by its accessor only. */
  @Override
  public String toString() {
    return "TokenEntry[" + accessor + "]";
  }
}
