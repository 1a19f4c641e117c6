package strongroom.engine;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import strongroom.logical.Client;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;

/**
 * The OpenAPI 3.0.2 document of endpoints, made from their declarations and nothing else, with
 * Vault's extensions {@code x-vault-sudo}, {@code x-vault-unauthenticated} and {@code
 * x-vault-createSupported}. One is made for each document.
 */
public final class OpenApi {
  private static final JsonObject DONE = JsonObject.builder().put("description", "OK").build();

  private final String version;
  private final Map<String, JsonObject> paths = new TreeMap<>();

  /** Paths without the names of their parts: two that differ in these only are the same. */
  private final Set<String> shapes = new HashSet<>();

  private final Set<String> ids = new HashSet<>();

  /** A document without paths, of the API that {@code version} names. */
  public OpenApi(String version) {
    this.version = version;
  }

  /**
   * Where endpoints are.
   *
   * @param path with a slash at its end; may have a part in braces
   * @param tag under which readers find them: {@code secrets}, {@code auth}, {@code system}
   * @param defaultPath what the part in braces is where nobody chose another; empty for none
   */
  public record Place(String path, String tag, Optional<String> defaultPath) {
    /** Where a mount is. */
    public static Place at(String path) {
      return new Place(path, tag(path), Optional.empty());
    }

    /** Where any mount of {@code type} is that is now at {@code path}. */
    public static Place anyMount(String path, String type) {
      String name = type.replace('-', '_') + "_mount_path";
      boolean auth = path.startsWith("auth/");
      String own = auth ? path.substring("auth/".length()) : path;
      return new Place(
          (auth ? "auth/{" : "{") + name + "}/",
          tag(path),
          Optional.of(own.substring(0, own.length() - 1)));
    }

    private static String tag(String path) {
      return path.startsWith("auth/") ? "auth" : path.equals("sys/") ? "system" : "secrets";
    }
  }

  /** Adds {@code endpoint}, where nothing that was added before answers in its place. */
  public void add(Place place, Endpoint endpoint) {
    String pattern = endpoint.pattern().toString().replace("...}", "}");
    String path = "/" + place.path() + pattern;
    if (shapes.add(path.replaceAll("\\{[^}]*}", "{}"))) {
      paths.put(path, item(place, endpoint, path));
    }
  }

  private JsonObject item(Place place, Endpoint endpoint, String path) {
    JsonObject.Builder item = JsonObject.builder().put("description", endpoint.summary());
    List<JsonValue> parameters = pathParameters(place, endpoint, path);
    if (!parameters.isEmpty()) {
      item.put("parameters", new JsonArray(parameters));
    }
    if (endpoint.exists().isPresent()) {
      item.put("x-vault-createSupported", true);
    }
    if (endpoint.sudo()) {
      item.put("x-vault-sudo", true);
    }
    if (endpoint.unauthenticated(Client.LOCAL)) {
      item.put("x-vault-unauthenticated", true);
    }
    Set<Operation> can = endpoint.handlers().keySet();
    if (can.contains(Operation.READ) || can.contains(Operation.LIST)) {
      item.put("get", reading(place, endpoint, path));
    }
    if (can.contains(Operation.CREATE) || can.contains(Operation.UPDATE)) {
      item.put("post", writing(place, endpoint, path, "write", "application/json"));
    }
    if (can.contains(Operation.PATCH)) {
      item.put("patch", writing(place, endpoint, path, "patch", "application/merge-patch+json"));
    }
    if (can.contains(Operation.DELETE)) {
      item.put("delete", operation(place, endpoint, path, "delete").build());
    }
    return item.build();
  }

  private static Set<String> names(String path) {
    Set<String> names = new HashSet<>();
    for (int open = path.indexOf('{'); open >= 0; open = path.indexOf('{', open + 1)) {
      names.add(path.substring(open + 1, path.indexOf('}', open)));
    }
    return names;
  }

  private static List<JsonValue> pathParameters(Place place, Endpoint endpoint, String path) {
    Map<String, Endpoint.Field> fields = new LinkedHashMap<>();
    endpoint.fields().forEach(field -> fields.put(field.name(), field));
    return names(path).stream()
        .sorted()
        .map(
            name -> {
              Endpoint.Field field =
                  fields.getOrDefault(
                      name, new Endpoint.Field(name, "string", "The part of the path."));
              JsonObject schema = schema(field.type());
              if (place.defaultPath().isPresent() && place.path().contains("{" + name + "}")) {
                schema =
                    JsonObject.builder()
                        .putAll(schema)
                        .put("default", place.defaultPath().get())
                        .build();
              }
              return (JsonValue)
                  parameter(field, "path").put("required", true).put("schema", schema).build();
            })
        .toList();
  }

  private static JsonObject.Builder parameter(Endpoint.Field field, String in) {
    return JsonObject.builder()
        .put("name", field.name())
        .put("description", field.description())
        .put("in", in);
  }

  private JsonObject reading(Place place, Endpoint endpoint, String path) {
    Set<Operation> can = endpoint.handlers().keySet();
    boolean lists = can.contains(Operation.LIST);
    boolean reads = can.contains(Operation.READ);
    Set<String> inPath = names(path);
    boolean writes = can.stream().anyMatch(Operation::writes);
    List<JsonValue> query = new ArrayList<>();
    if (lists) {
      JsonObject words =
          JsonObject.builder().put("type", "string").put("enum", List.of("true")).build();
      query.add(
          parameter(new Endpoint.Field("list", "string", "\"true\" for the names below."), "query")
              .put("required", !reads)
              .put("schema", words)
              .build());
    }
    if (!writes) {
      for (Endpoint.Field field : endpoint.fields()) {
        if (!inPath.contains(field.name())) {
          query.add(parameter(field, "query").put("schema", schema(field.type())).build());
        }
      }
    }
    JsonObject.Builder get = operation(place, endpoint, path, reads ? "read" : "list");
    if (!query.isEmpty()) {
      get.put("parameters", new JsonArray(query));
    }
    return get.build();
  }

  private JsonObject writing(
      Place place, Endpoint endpoint, String path, String verb, String mediaType) {
    Set<String> inPath = names(path);
    JsonObject.Builder properties = JsonObject.builder();
    for (Endpoint.Field field : endpoint.fields()) {
      if (!inPath.contains(field.name())) {
        properties.put(
            field.name(),
            JsonObject.builder()
                .putAll(schema(field.type()))
                .put("description", field.description())
                .build());
      }
    }
    JsonObject schema =
        JsonObject.builder().put("type", "object").put("properties", properties.build()).build();
    JsonObject content =
        JsonObject.builder()
            .put(mediaType, JsonObject.builder().put("schema", schema).build())
            .build();
    return operation(place, endpoint, path, verb)
        .put("requestBody", JsonObject.builder().put("content", content).build())
        .build();
  }

  private JsonObject.Builder operation(Place place, Endpoint endpoint, String path, String verb) {
    return JsonObject.builder()
        .put("summary", endpoint.summary())
        .put("operationId", id(verb, path))
        .put("tags", List.of(place.tag()))
        .put("responses", JsonObject.builder().put("200", DONE).build());
  }

  /** {@code write-auth-token-create}: unique, and the same for the same mounts. */
  private String id(String verb, String path) {
    String words = path.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^-|-$", "");
    String id = verb + "-" + words.toLowerCase(Locale.ROOT);
    String unique = id;
    for (int number = 2; !ids.add(unique); number++) {
      unique = id + "-" + number;
    }
    return unique;
  }

  private static JsonObject schema(String type) {
    JsonObject.Builder schema = JsonObject.builder();
    return switch (type) {
      case "integer", "number", "boolean", "object" -> schema.put("type", type).build();
      case "array" ->
          schema
              .put("type", "array")
              .put("items", JsonObject.builder().put("type", "string").build())
              .build();
      case "duration" -> schema.put("type", "string").put("format", "duration").build();
      default -> schema.put("type", "string").build();
    };
  }

  /** The document of all that was added. */
  public JsonObject document() {
    JsonObject license =
        JsonObject.builder()
            .put("name", "Apache License 2.0")
            .put("url", "https://www.apache.org/licenses/LICENSE-2.0")
            .build();
    return JsonObject.builder()
        .put("openapi", "3.0.2")
        .put(
            "info",
            JsonObject.builder()
                .put("title", "Strongroom API")
                .put("description", "HTTP API of Strongroom. All paths are below /v1/.")
                .put("version", version)
                .put("license", license)
                .build())
        .put("paths", JsonObject.of(paths))
        .build();
  }
}
