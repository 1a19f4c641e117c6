package strongroom.identity;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a template's selector stands for, of one entity and its groups (Vault's documentation,
 * concepts/policies, templated policies).
 *
 * @param groups those it belongs to, directly and not
 */
record Selectors(Entity entity, List<Group> groups) implements Function<String, Optional<String>> {
  private static final String ENTITY = "identity.entity.";
  private static final String GROUPS = "identity.groups.";
  private static final String METADATA = "metadata.";
  private static final String CUSTOM = "custom_metadata.";
  private static final String ALIASES = "aliases.";

  @Override
  public Optional<String> apply(String selector) {
    if (selector.startsWith(ENTITY)) {
      return ofEntity(selector.substring(ENTITY.length()));
    }
    return selector.startsWith(GROUPS)
        ? ofGroups(selector.substring(GROUPS.length()))
        : Optional.empty();
  }

  private Optional<String> ofEntity(String selector) {
    if (selector.startsWith(ALIASES)) {
      String rest = selector.substring(ALIASES.length());
      int dot = rest.indexOf('.');
      return dot < 0
          ? Optional.empty()
          : entity
              .aliasAt(rest.substring(0, dot))
              .flatMap(alias -> ofAlias(alias, rest.substring(dot + 1)));
    }
    return switch (selector) {
      case "id" -> Optional.of(entity.id());
      case "name" -> Optional.of(entity.name());
      default -> entry(entity.profile().metadata(), METADATA, selector);
    };
  }

  private static Optional<String> ofAlias(Alias alias, String selector) {
    return switch (selector) {
      case "id" -> Optional.of(alias.id());
      case "name" -> Optional.of(alias.name());
      default ->
          selector.startsWith(CUSTOM)
              ? entry(alias.customMetadata(), CUSTOM, selector)
              : entry(alias.metadata(), METADATA, selector);
    };
  }

  /** {@code ids.<id>.name}, {@code names.<name>.id}, {@code ….metadata.<key>}. */
  private Optional<String> ofGroups(String selector) {
    String[] parts = selector.split("\\.", 3);
    if (parts.length < 3 || !(parts[0].equals("ids") || parts[0].equals("names"))) {
      return Optional.empty();
    }
    return groups.stream()
        .filter(group -> parts[1].equals(parts[0].equals("ids") ? group.id() : group.name()))
        .findFirst()
        .flatMap(
            group ->
                switch (parts[2]) {
                  case "id" -> Optional.of(group.id());
                  case "name" -> Optional.of(group.name());
                  default -> entry(group.profile().metadata(), METADATA, parts[2]);
                });
  }

  private static Optional<String> entry(Map<String, String> map, String prefix, String selector) {
    return selector.startsWith(prefix)
        ? Optional.ofNullable(map.get(selector.substring(prefix.length())))
        : Optional.empty();
  }
}
