package strongroom.migrate;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/**
 * A server in memory, in the shapes of Vault's API documentation: mounts, policies, token roles,
 * other lists, and both versions of KV.
 */
final class MemoryServer implements Api {
  final Map<String, JsonObject> mounts = new TreeMap<>();
  final Map<String, JsonObject> auth = new TreeMap<>();

  /** Policies, token roles, and all else that is an object at a path. */
  final Map<String, JsonObject> objects = new TreeMap<>();

  /** Keys of KV version 2, by mount and name. */
  final Map<String, MemoryKey> versioned = new TreeMap<>();

  /** Paths that are answered with 403. */
  final Set<String> denied = new HashSet<>();

  final List<String> asked = new ArrayList<>();
  private final String cluster;
  private final InstantSource clock;

  MemoryServer(String cluster, InstantSource clock) {
    this.cluster = cluster;
    this.clock = clock;
    auth.put("token/", mountJson("token", ""));
  }

  static JsonObject mountJson(String type, String version) {
    JsonObject.Builder json =
        JsonObject.builder()
            .put("type", type)
            .put("description", "")
            .put(
                "config",
                JsonObject.builder().put("default_lease_ttl", 0).put("max_lease_ttl", 0).build())
            .put("local", false)
            .put("seal_wrap", false);
    return version.isEmpty()
        ? json.putNull("options").build()
        : json.put("options", JsonObject.ofStrings(Map.of("version", version))).build();
  }

  MemoryServer mount(String path, String type, String version) {
    mounts.put(path, mountJson(type, version));
    return this;
  }

  MemoryServer policy(String name, String text) {
    objects.put(
        "sys/policies/acl/" + name,
        JsonObject.builder().put("name", name).put("policy", text).build());
    return this;
  }

  /** Writes a version as any client would. */
  MemoryServer put(String mount, String key, String value) {
    JsonObject data = JsonObject.builder().put("value", value).build();
    versioned.computeIfAbsent(mount + key, any -> new MemoryKey()).add(data, clock.instant(), 0);
    return this;
  }

  MemoryKey key(String name) {
    return Optional.ofNullable(versioned.get(name)).orElseThrow();
  }

  /** What can be seen of the keys of version 2, but for times. */
  Map<String, String> seen() {
    Map<String, String> seen = new LinkedHashMap<>();
    versioned.forEach((name, key) -> seen.put(name, key.seen(clock.instant())));
    return seen;
  }

  List<String> writes() {
    return asked.stream().filter(line -> !line.startsWith("GET")).toList();
  }

  @Override
  public synchronized Answer send(Ask ask) {
    asked.add(ask.toString());
    String path = ask.path();
    if (denied.contains(path)) {
      return refusal(403, "permission denied");
    }
    switch (path) {
      case "sys/seal-status" -> {
        return top(JsonObject.builder().put("sealed", false).put("cluster_id", cluster).build());
      }
      case "auth/token/lookup-self" -> {
        return data(JsonObject.builder().put("ttl", 0).build());
      }
      case "sys/mounts" -> {
        return data(JsonObject.of(mounts));
      }
      case "sys/auth" -> {
        return data(JsonObject.of(auth));
      }
      default -> {
        // Below.
      }
    }
    if (path.startsWith("sys/mounts/")) {
      return mountWrite(path.substring("sys/mounts/".length()), ask.body().orElseThrow());
    }
    for (Map.Entry<String, JsonObject> mount : mounts.entrySet()) {
      if (path.startsWith(mount.getKey())
          && "2".equals(Shapes.stringMap(mount.getValue(), "options").get("version"))) {
        return kv(mount.getKey(), path.substring(mount.getKey().length()), ask);
      }
    }
    return object(path, ask);
  }

  private Answer mountWrite(String path, JsonObject body) {
    if (path.endsWith("tune")) {
      String name = path.substring(0, path.length() - "tune".length());
      JsonObject before = Optional.ofNullable(mounts.get(name)).orElseThrow();
      JsonObject.Builder config = JsonObject.builder().putAll(Shapes.object(before, "config"));
      body.members().forEach(config::put);
      mounts.put(
          name,
          JsonObject.builder()
              .putAll(before)
              .put("description", Shapes.text(body, "description"))
              .put("config", without(config.build(), "description"))
              .build());
      return top(JsonObject.EMPTY);
    }
    if (mounts.containsKey(path)) {
      return refusal(400, "path is already in use at " + path);
    }
    mounts.put(path, body);
    return top(JsonObject.EMPTY);
  }

  private static JsonObject without(JsonObject object, String name) {
    Map<String, JsonValue> members = new LinkedHashMap<>(object.members());
    members.remove(name);
    return JsonObject.of(members);
  }

  private Answer object(String path, Ask ask) {
    if (ask.query().containsKey("list")) {
      return names(objects.keySet(), path.endsWith("/") ? path : path + "/");
    }
    switch (ask.method()) {
      case "GET" -> {
        JsonObject found = objects.get(path);
        return found == null ? refusal(404) : data(found);
      }
      case "DELETE" -> objects.remove(path);
      default -> objects.put(path, ask.body().orElseThrow());
    }
    return top(JsonObject.EMPTY);
  }

  private Answer names(Set<String> all, String prefix) {
    Set<String> names = new TreeSet<>();
    for (String name : all) {
      if (name.startsWith(prefix)) {
        String rest = name.substring(prefix.length());
        int slash = rest.indexOf('/');
        names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
      }
    }
    return names.isEmpty() ? refusal(404) : data(JsonObject.builder().put("keys", names).build());
  }

  private Answer kv(String mount, String path, Ask ask) {
    if (path.equals("config")) {
      return ask.method().equals("GET")
          ? data(Optional.ofNullable(objects.get(mount + path)).orElse(JsonObject.EMPTY))
          : object(mount + path, ask);
    }
    if (ask.query().containsKey("list")) {
      return names(versioned.keySet(), mount + path.substring("metadata/".length()));
    }
    String verb = path.substring(0, path.indexOf('/'));
    String name = mount + path.substring(path.indexOf('/') + 1);
    MemoryKey key = versioned.get(name);
    if (ask.method().equals("GET")) {
      if (key == null) {
        return refusal(404);
      }
      return verb.equals("metadata")
          ? data(key.metadata())
          : key.read(Long.parseLong(ask.query().getOrDefault("version", "0")), clock.instant())
              .map(d -> data(JsonObject.builder().put("data", d).build()))
              .orElseGet(() -> refusal(404));
    }
    if (ask.method().equals("DELETE")) {
      versioned.remove(name);
      return top(JsonObject.EMPTY);
    }
    return kvWrite(verb, versioned.computeIfAbsent(name, any -> new MemoryKey()), ask);
  }

  private Answer kvWrite(String verb, MemoryKey key, Ask ask) {
    JsonObject body = ask.body().orElseThrow();
    Instant now = clock.instant();
    switch (verb) {
      case "metadata" -> key.configure(KeySettings.of(body));
      case "data" -> {
        if (Shapes.number(Shapes.object(body, "options"), "cas") != key.current()) {
          return refusal(400, "check-and-set parameter did not match the current version");
        }
        long kept = Shapes.number(objects.getOrDefault("config", JsonObject.EMPTY), "max_versions");
        key.add(Shapes.object(body, "data"), now, kept);
      }
      case "delete" -> numbers(body).forEach(number -> key.delete(number, now));
      case "destroy" -> numbers(body).forEach(key::destroy);
      default -> throw new AssertionError(verb);
    }
    return top(JsonObject.EMPTY);
  }

  private static List<Long> numbers(JsonObject body) {
    JsonArray versions = (JsonArray) body.member("versions").orElseThrow();
    return versions.items().stream()
        .map(n -> ((strongroom.logical.JsonNumber) n).toLong().orElseThrow())
        .toList();
  }

  static Answer data(JsonObject data) {
    return top(JsonObject.builder().put("data", data).build());
  }

  static Answer top(JsonObject body) {
    return new Answer(200, body, Optional.empty());
  }

  static Answer refusal(int status, String... errors) {
    List<JsonValue> all = new ArrayList<>();
    for (String error : errors) {
      all.add(new JsonString(error));
    }
    return new Answer(
        status, JsonObject.builder().put("errors", new JsonArray(all)).build(), Optional.empty());
  }

  /** All objects at paths, for comparison. */
  Map<String, JsonObject> copyOfObjects() {
    return new HashMap<>(objects);
  }
}
