package strongroom.managed.keys;

import java.util.EnumSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/** How a definition is stored. */
final class DefinitionJson {
  private DefinitionJson() {}

  static JsonObject write(KeyDefinition definition) {
    KeyDefinition.Plan plan = definition.plan();
    KeyDefinition.Grants grants = definition.grants();
    return JsonObject.builder()
        .put("uuid", definition.uuid())
        .putAll(place(definition.place()))
        .put("key_label", plan.label().orElse(""))
        .put("key_id", plan.id().orElse(""))
        .put("mechanism", plan.mechanism().number())
        .put("curve", plan.size().curve())
        .put("key_bits", plan.size().bits())
        .put("rsa_oaep_hash", plan.oaepHash())
        .put("allow_generate_key", grants.generate())
        .put("allow_replace_key", grants.replace())
        .put("allow_store_key", grants.store())
        .put("any_mount", grants.anyMount())
        .put("usages", grants.usages().stream().map(KeyUsage::word).sorted().toList())
        .build();
  }

  static JsonObject place(KeyDefinition.Place place) {
    return JsonObject.builder()
        .put("library", place.library())
        .put("slot", place.slot().orElse(""))
        .put("token_label", place.tokenLabel().orElse(""))
        .put("force_rw_session", place.forceReadWrite())
        .put("max_parallel", place.parallelMax().orElse(0))
        .build();
  }

  static KeyDefinition.Place place(JsonObject json) {
    Fields fields = new Fields(json);
    int parallelMax = fields.integer("max_parallel", 0, Integer.MAX_VALUE).orElse(0);
    return new KeyDefinition.Place(
        fields.requiredString("library"),
        fields.nonEmptyString("slot"),
        fields.nonEmptyString("token_label"),
        bool(fields, "force_rw_session"),
        parallelMax == 0 ? OptionalInt.empty() : OptionalInt.of(parallelMax));
  }

  static KeyDefinition read(String name, JsonObject json) {
    Fields fields = new Fields(json);
    return new KeyDefinition(
        name,
        fields.requiredString("uuid"),
        place(json),
        new KeyDefinition.Plan(
            fields.nonEmptyString("key_label"),
            fields.nonEmptyString("key_id"),
            KeyMechanism.parse(fields.requiredString("mechanism")).orElseThrow(),
            new KeyDefinition.Size(
                fields.string("curve").orElse(""),
                fields.integer("key_bits", 0, Integer.MAX_VALUE).orElse(0)),
            fields.requiredString("rsa_oaep_hash")),
        new KeyDefinition.Grants(
            bool(fields, "allow_generate_key"),
            bool(fields, "allow_replace_key"),
            bool(fields, "allow_store_key"),
            bool(fields, "any_mount"),
            usages(fields)));
  }

  private static boolean bool(Fields fields, String name) {
    return fields.bool(name).orElse(false);
  }

  private static Set<KeyUsage> usages(Fields fields) {
    EnumSet<KeyUsage> usages = EnumSet.noneOf(KeyUsage.class);
    for (String word : fields.strings("usages").orElse(List.of())) {
      usages.add(KeyUsage.of(word).orElseThrow());
    }
    return usages;
  }
}
