package strongroom.identity;

import java.util.Locale;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * What an alias is known by: there is one at most for each.
 *
 * @param mountAccessor of the auth method that knows somebody by this name
 * @param name as the auth method has it; upper and lower case do not count
 */
record AliasKey(String mountAccessor, String name) {
  AliasKey {
    name = canonical(name);
  }

  /** A name as it is compared, here and for entities and groups. */
  static String canonical(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  JsonObject toJson() {
    return JsonObject.builder().put("mount_accessor", mountAccessor).put("name", name).build();
  }

  static AliasKey fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return new AliasKey(
        fields.string("mount_accessor").orElseThrow(), fields.string("name").orElseThrow());
  }
}
