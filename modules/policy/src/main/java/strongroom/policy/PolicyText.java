package strongroom.policy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.hcl.Hcl;
import strongroom.hcl.HclSyntaxException;
import strongroom.hcl.HclValue;
import strongroom.logical.TimeText;
import strongroom.policy.Policy.Malformed;
import strongroom.policy.Policy.PathRule;

/**
 * Reads the rules in a policy's text: {@code path "…" { capabilities = […] … }} in HCL, or {@code
 * {"path": {"…": {…}}}} in JSON.
 */
final class PolicyText {
  private static final int RULES_MAX = 10_000;

  private PolicyText() {}

  static List<Map.Entry<PathRule, Rule>> rules(String text) throws Malformed {
    HclValue.Body body;
    try {
      body = Hcl.parse("policy", text);
    } catch (HclSyntaxException e) {
      throw new Malformed(String.valueOf(e.getMessage()));
    }
    List<Map.Entry<PathRule, Rule>> rules = new ArrayList<>();
    for (HclValue.Entry entry : body.entries()) {
      switch (entry.name()) {
        case "path" -> addPaths(entry, rules);
        // Old policies name themselves; the name they are stored under counts.
        case "name" -> {}
        default ->
            throw at(entry.position(), "a policy has path \"…\" { … }, not \"" + entry.name() + "\"");
      }
      if (rules.size() > RULES_MAX) {
        throw at(entry.position(), "a policy has at most " + RULES_MAX + " rules");
      }
    }
    return List.copyOf(rules);
  }

  private static void addPaths(HclValue.Entry entry, List<Map.Entry<PathRule, Rule>> rules)
      throws Malformed {
    if (entry.labels().size() == 1 && entry.value() instanceof HclValue.Body body) {
      rules.add(rule(entry.labels().getFirst().value(), entry.position(), body));
      return;
    }
    List<HclValue> groups =
        entry.value() instanceof HclValue.Array array ? array.items() : List.of(entry.value());
    if (!entry.labels().isEmpty()) {
      throw at(entry.position(), "path takes one path in quotes and a block");
    }
    for (HclValue group : groups) {
      if (!(group instanceof HclValue.Body paths)) {
        throw at(group.position(), "path takes one path in quotes and a block");
      }
      for (HclValue.Entry path : paths.entries()) {
        if (!(path.value() instanceof HclValue.Body body)) {
          throw at(path.position(), "the rule of a path is a block");
        }
        rules.add(rule(path.name(), path.position(), body));
      }
    }
  }

  private static Map.Entry<PathRule, Rule> rule(
      String path, HclValue.Position position, HclValue.Body body) throws Malformed {
    PathRule pathRule =
        PathRule.of(path)
            .orElseThrow(
                () -> at(position, "\"+*\" in a path is not allowed; end the path with \"+/*\""));
    int capabilities = 0;
    Map<String, List<String>> allowed = Map.of();
    Map<String, List<String>> denied = Map.of();
    List<String> required = List.of();
    Optional<Duration> minTtl = Optional.empty();
    Optional<Duration> maxTtl = Optional.empty();
    for (HclValue.Entry entry : body.entries()) {
      switch (entry.name()) {
        case "capabilities" -> capabilities |= capabilities(entry);
        case "policy" -> capabilities |= oldPolicy(entry);
        case "allowed_parameters" -> allowed = parameters(entry);
        case "denied_parameters" -> denied = parameters(entry);
        case "required_parameters" ->
            required = strings(entry.value()).stream().map(Policy::lower).toList();
        case "min_wrapping_ttl" -> minTtl = Optional.of(duration(entry));
        case "max_wrapping_ttl" -> maxTtl = Optional.of(duration(entry));
        // Of other editions, and without meaning here.
        case "comment", "expiration", "mfa_methods", "control_group", "subscribe_event_types" -> {}
        default ->
            throw at(
                entry.position(),
                "a rule knows no \""
                    + entry.name()
                    + "\"; it knows capabilities, allowed_parameters, denied_parameters,"
                    + " required_parameters, min_wrapping_ttl and max_wrapping_ttl");
      }
    }
    if (minTtl.isPresent() && maxTtl.isPresent() && maxTtl.get().compareTo(minTtl.get()) < 0) {
      throw at(position, "max_wrapping_ttl is less than min_wrapping_ttl");
    }
    if ((capabilities & Capability.DENY.bit()) != 0) {
      return Map.entry(pathRule, Rule.of(Capability.DENY.bit()));
    }
    return Map.entry(
        pathRule, new Rule(capabilities, allowed, denied, required, minTtl, maxTtl));
  }

  private static int capabilities(HclValue.Entry entry) throws Malformed {
    int bits = 0;
    for (String word : strings(entry.value())) {
      Capability capability =
          Capability.ofWord(word)
              .orElseThrow(
                  () ->
                      at(
                          entry.position(),
                          "there is no capability \""
                              + word
                              + "\"; there are create, read, update, patch, delete, list, sudo and"
                              + " deny"));
      bits |= capability.bit();
    }
    return bits;
  }

  /** The shorthand of old policies. */
  private static int oldPolicy(HclValue.Entry entry) throws Malformed {
    int read = Capability.READ.bit() | Capability.LIST.bit();
    int write =
        read | Capability.CREATE.bit() | Capability.UPDATE.bit() | Capability.DELETE.bit();
    return switch (string(entry.value())) {
      case "deny" -> Capability.DENY.bit();
      case "read" -> read;
      case "write" -> write;
      case "sudo" -> write | Capability.SUDO.bit();
      default -> throw at(entry.position(), "policy is \"deny\", \"read\", \"write\" or \"sudo\"");
    };
  }

  private static Map<String, List<String>> parameters(HclValue.Entry entry) throws Malformed {
    if (!(entry.value() instanceof HclValue.Body body)) {
      throw at(entry.position(), entry.name() + " is a block of parameters with lists of values");
    }
    Map<String, List<String>> parameters = new LinkedHashMap<>();
    for (HclValue.Entry parameter : body.entries()) {
      parameters.put(Policy.lower(parameter.name()), strings(parameter.value()));
    }
    return Map.copyOf(parameters);
  }

  private static Duration duration(HclValue.Entry entry) throws Malformed {
    return TimeText.parseDuration(string(entry.value()))
        .filter(duration -> !duration.isNegative())
        .orElseThrow(
            () -> at(entry.position(), entry.name() + " is a duration such as 60 or \"1h\""));
  }

  private static List<String> strings(HclValue value) throws Malformed {
    if (!(value instanceof HclValue.Array array)) {
      return List.of(string(value));
    }
    List<String> strings = new ArrayList<>();
    for (HclValue item : array.items()) {
      strings.add(string(item));
    }
    return List.copyOf(strings);
  }

  private static String string(HclValue value) throws Malformed {
    return switch (value) {
      case HclValue.Text text -> text.value();
      case HclValue.Numeral number -> number.lexeme();
      case HclValue.Bool bool -> Boolean.toString(bool.value());
      case HclValue.Null nothing -> "";
      case HclValue.Array array -> throw at(array.position(), "text is expected here, not a list");
      case HclValue.Body body -> throw at(body.position(), "text is expected here, not a block");
    };
  }

  private static Malformed at(HclValue.Position position, String message) {
    return new Malformed(position + ": " + message);
  }
}
