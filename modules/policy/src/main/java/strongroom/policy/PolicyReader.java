package strongroom.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.hcl.Hcl;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclBoolean;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclList;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclNumber;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclString;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.HclValue;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonBoolean;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/**
 * Turns a policy's text into its rules. What it does not know it refuses: a key that is ignored may
 * have been meant to forbid something.
 */
final class PolicyReader {
  private static final List<String> TOP_KEYS = List.of("path", "name");
  private static final List<String> PATH_KEYS =
      List.of(
          "capabilities",
          "policy",
          "allowed_parameters",
          "denied_parameters",
          "required_parameters",
          "min_wrapping_ttl",
          "max_wrapping_ttl",
          "subscribe_event_types",
          "comment");

  /** What Vault Enterprise and OpenBao restrict access by, and this does not. */
  private static final List<String> UNSUPPORTED_KEYS =
      List.of("control_group", "mfa_methods", "expiration", "pagination_limit");

  private static final int READ = Capability.bits(Capability.READ, Capability.LIST);
  private static final int WRITE =
      READ | Capability.bits(Capability.CREATE, Capability.UPDATE, Capability.DELETE);
  private static final Map<String, Integer> OLD_POLICIES =
      Map.of(
          "deny",
          Capability.DENY.bit(),
          "read",
          READ,
          "write",
          WRITE,
          "sudo",
          WRITE | Capability.SUDO.bit());

  private final String policy;

  PolicyReader(String policy) {
    this.policy = policy;
  }

  List<PathRule> read(String text) throws PolicySyntax {
    try {
      List<PathRule> rules = new ArrayList<>();
      for (HclMember member : Hcl.parse("policy", text).members()) {
        switch (member.name()) {
          case "path" -> {
            for (HclBlock block : HclObject.blocks(member, 1)) {
              rules.add(readRule(block));
            }
          }
          case "name" -> string(member.key(), member.value());
          default -> throw unknownKey(member.key(), TOP_KEYS, "a policy");
        }
      }
      return List.copyOf(rules);
    } catch (HclSyntax e) {
      throw problem(e.at(), e.problem());
    }
  }

  private PathRule readRule(HclBlock block) throws PolicySyntax {
    String pattern = readPattern(block.labels().getFirst());
    Optional<PathTemplate> template = readTemplate(block.labels().getFirst(), pattern);
    int bits = 0;
    Set<String> required = Set.of();
    Map<String, List<JsonValue>> allowed = Map.of();
    Map<String, List<JsonValue>> denied = Map.of();
    Optional<Duration> min = Optional.empty();
    Optional<Duration> max = Optional.empty();
    Set<String> seen = new LinkedHashSet<>();
    for (HclMember member : block.body().members()) {
      HclKey key = member.key();
      HclValue value = member.value();
      if (!seen.add(key.text())) {
        throw problem(key.at(), key.quoted() + " is given twice for this path; once is allowed");
      }
      if (member.keys().size() > 1) {
        throw problem(key.at(), key.quoted() + " takes no label");
      }
      switch (key.text()) {
        case "capabilities" -> bits |= readCapabilities(key, value);
        case "policy" -> bits |= readOldPolicy(key, value);
        case "allowed_parameters" -> allowed = readParameters(key, value);
        case "denied_parameters" -> denied = readParameters(key, value);
        case "required_parameters" -> required = readNames(key, value);
        case "min_wrapping_ttl" -> min = readDuration(key, value);
        case "max_wrapping_ttl" -> max = readDuration(key, value);
        case "subscribe_event_types" -> readNames(key, value);
        case "comment" -> string(key, value);
        default -> throw unknownKey(key, PATH_KEYS, "a path");
      }
    }
    if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
      throw problem(block.key().at(), "min_wrapping_ttl is longer than max_wrapping_ttl here");
    }
    if ((bits & Capability.DENY.bit()) != 0) {
      return new PathRule(pattern, Grant.DENIED, template);
    }
    ParameterRules parameters = new ParameterRules(required, allowed, denied);
    return new PathRule(pattern, new Grant(bits, parameters, min, max), template);
  }

  private String readPattern(HclKey label) throws PolicySyntax {
    String path = label.text().startsWith("/") ? label.text().substring(1) : label.text();
    if (path.contains("+*")) {
      throw problem(
          label.at(),
          "\"+*\" is not allowed in a path; write \"+/*\" for all below any segment, or \"*\"");
    }
    return path;
  }

  private Optional<PathTemplate> readTemplate(HclKey label, String path) throws PolicySyntax {
    if (!PathTemplate.isTemplate(path)) {
      return Optional.empty();
    }
    return Optional.of(
        PathTemplate.parse(path)
            .orElseThrow(
                () ->
                    problem(
                        label.at(),
                        "the braces of a template come in pairs: {{identity.entity.id}}")));
  }

  private int readCapabilities(HclKey key, HclValue value) throws PolicySyntax {
    int bits = 0;
    for (HclValue item : items(value)) {
      String name = string(key, item);
      Capability capability =
          Capability.of(name)
              .orElseThrow(
                  () ->
                      problem(
                          item.at(),
                          HclKey.quoted(name)
                              + " is no capability; allowed are "
                              + String.join(", ", Capability.wireNames())
                              + Spelling.hint(name, Capability.wireNames())));
      bits |= capability.bit();
    }
    return bits;
  }

  private int readOldPolicy(HclKey key, HclValue value) throws PolicySyntax {
    Integer bits = OLD_POLICIES.get(string(key, value));
    if (bits == null) {
      throw problem(value.at(), "\"policy\" takes \"read\", \"write\", \"sudo\" or \"deny\"");
    }
    return bits;
  }

  private Map<String, List<JsonValue>> readParameters(HclKey key, HclValue value)
      throws PolicySyntax {
    List<HclObject> objects = new ArrayList<>();
    for (HclValue item : items(value)) {
      if (!(item instanceof HclObject object)) {
        throw problem(
            item.at(), key.quoted() + " takes an object of names and lists, not " + item.kind());
      }
      objects.add(object);
    }
    Map<String, List<JsonValue>> parameters = new LinkedHashMap<>();
    for (HclObject object : objects) {
      for (HclMember member : object.members()) {
        List<JsonValue> values = new ArrayList<>();
        for (HclValue item : items(member.value())) {
          values.add(json(item));
        }
        if (member.keys().size() > 1) {
          throw problem(member.key().at(), member.key().quoted() + " takes no label");
        }
        if (member.name().equals(ParameterRules.ANY) && !values.isEmpty()) {
          throw problem(member.value().at(), "the parameter \"*\" takes the empty list only: []");
        }
        if (parameters.put(member.name().toLowerCase(Locale.ROOT), List.copyOf(values)) != null) {
          throw problem(member.key().at(), member.key().quoted() + " is given twice");
        }
      }
    }
    return parameters;
  }

  private Set<String> readNames(HclKey key, HclValue value) throws PolicySyntax {
    Set<String> names = new LinkedHashSet<>();
    for (HclValue item : items(value)) {
      names.add(string(key, item).toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** A wrapping lifetime in whole seconds; zero is none. */
  private Optional<Duration> readDuration(HclKey key, HclValue value) throws PolicySyntax {
    Optional<Duration> duration =
        switch (value) {
          case HclString(Position at, String text) -> TimeText.parseDuration(text);
          case HclNumber n ->
              n.toLong().isEmpty()
                  ? Optional.empty()
                  : TimeText.parseDuration(Long.toString(n.toLong().getAsLong()));
          case HclBoolean b -> Optional.empty();
          case HclList l -> Optional.empty();
          case HclObject o -> Optional.empty();
        };
    if (duration.isEmpty() || duration.get().isNegative()) {
      throw problem(
          value.at(),
          key.quoted() + " takes seconds, or text with a unit such as \"90s\" or \"1h\"");
    }
    return duration.map(d -> Duration.ofSeconds(d.toSeconds())).filter(d -> !d.isZero());
  }

  private String string(HclKey key, HclValue value) throws PolicySyntax {
    if (value instanceof HclString(Position at, String text)) {
      return text;
    }
    throw problem(value.at(), key.quoted() + " takes strings, not " + value.kind());
  }

  /** The items of a list; anything else counts as a list of one. */
  private static List<HclValue> items(HclValue value) {
    return value instanceof HclList list ? list.items() : List.of(value);
  }

  private JsonValue json(HclValue value) throws PolicySyntax {
    return switch (value) {
      case HclString(Position at, String text) -> new JsonString(text);
      case HclBoolean(Position at, boolean b) -> new JsonBoolean(b);
      case HclNumber n ->
          n.toLong().isPresent() ? JsonNumber.of(n.toLong().getAsLong()) : decimal(n);
      case HclList(Position at, List<HclValue> items) -> {
        List<JsonValue> values = new ArrayList<>();
        for (HclValue item : items) {
          values.add(json(item));
        }
        yield new JsonArray(values);
      }
      case HclObject object -> {
        Map<String, JsonValue> members = new LinkedHashMap<>();
        for (HclMember member : object.members()) {
          members.put(member.name(), json(member.value()));
        }
        yield JsonObject.of(members);
      }
    };
  }

  private JsonNumber decimal(HclNumber number) throws PolicySyntax {
    try {
      return new JsonNumber(new java.math.BigDecimal(number.lexeme()).toString());
    } catch (NumberFormatException e) {
      throw problem(number.at(), "this number is too large");
    }
  }

  private PolicySyntax unknownKey(HclKey key, List<String> known, String where) {
    if (UNSUPPORTED_KEYS.contains(key.text())) {
      return problem(
          key.at(),
          key.quoted()
              + " is not supported, and without it the policy would allow more than it says;"
              + " remove it, or deny the path");
    }
    return problem(
        key.at(),
        key.quoted()
            + " is not known in "
            + where
            + "; allowed are "
            + String.join(", ", known)
            + Spelling.hint(key.text(), known));
  }

  private PolicySyntax problem(Position at, String problem) {
    return new PolicySyntax(policy, at.line(), at.column(), problem);
  }
}
