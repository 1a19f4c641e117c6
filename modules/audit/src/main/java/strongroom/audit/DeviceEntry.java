package strongroom.audit;

import java.util.Map;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;

/**
 * A device as it is kept.
 *
 * @param path with a slash behind
 * @param uuid names its part of storage
 * @param type which kind
 * @param description for people
 * @param options as given
 * @param local kept for clients; replication does not exist here
 * @param declared whether the configuration declares it
 */
record DeviceEntry(
    String path,
    String uuid,
    String type,
    String description,
    Map<String, String> options,
    boolean local,
    boolean declared) {

  JsonObject toJson() {
    return JsonObject.builder()
        .put("path", path)
        .put("uuid", uuid)
        .put("type", type)
        .put("description", description)
        .put("options", JsonObject.ofStrings(options))
        .put("local", local)
        .put("declared", declared)
        .build();
  }

  static DeviceEntry fromJson(JsonObject json) {
    Fields fields = new Fields(json);
    return new DeviceEntry(
        fields.string("path").orElseThrow(),
        fields.string("uuid").orElseThrow(),
        fields.string("type").orElseThrow(),
        fields.string("description").orElseThrow(),
        fields.stringMap("options").orElseThrow(),
        fields.bool("local").orElseThrow(),
        fields.bool("declared").orElseThrow());
  }

  /** As clients read it. */
  JsonObject shown() {
    return JsonObject.builder()
        .put("description", description)
        .put("local", local)
        .put("options", JsonObject.ofStrings(options))
        .put("path", path)
        .put("type", type)
        .build();
  }
}
