package strongroom.cli;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * A key of a KV engine: which mount it is in, which version that is, and how the API calls it.
 *
 * @param mount the mount's path, with a slash at its end; empty where the server does not tell
 * @param versioned whether the mount is KV version 2
 * @param path the key with its mount before it
 */
record KvPath(String mount, boolean versioned, String path) {
  static final Flag MOUNT =
      Flag.text(
          "mount",
          "Where the KV engine is. The argument is then the key alone; without it the argument is"
              + " mount and key together.");

  /**
   * The key that the argument at {@code index} names. Asks the server, since {@code secret/a/b} may
   * be in the mount {@code secret/} or {@code secret/a/}.
   */
  static KvPath of(Invocation call, int index) {
    Optional<String> flag =
        call.flags().find("mount").map(Paths::sanitize).filter(mount -> !mount.isEmpty());
    String given = index < call.arguments().size() ? Paths.sanitize(call.argument(index)) : "";
    KvPath asked = ask(call.client(), flag.orElse(given));
    if (flag.isEmpty()) {
      return new KvPath(asked.mount, asked.versioned, given);
    }
    String mount = asked.mount.isEmpty() ? flag.get() + "/" : asked.mount;
    return new KvPath(mount, asked.versioned, Paths.join(mount, given));
  }

  private static KvPath ask(ApiClient client, String path) {
    ApiRequest request = ApiRequest.get("sys/internal/ui/mounts/" + path).beforehand();
    try {
      Secret answer = Secret.of(client.json(request));
      JsonObject options = Secret.object(answer.data(), "options").orElse(JsonObject.EMPTY);
      boolean versioned = Secret.text(options, "version").equals("2");
      return new KvPath(Secret.text(answer.data(), "path"), versioned, path);
    } catch (ApiFailure e) {
      if (e.status() == 404) {
        return new KvPath("", false, path);
      }
      throw e;
    }
  }

  /** The path of the API: {@code secret/data/foo}; version 1 knows no {@code kind}. */
  String api(String kind) {
    if (!versioned) {
      return path;
    }
    String rest = path + "/";
    String prefix = mount;
    // The mount may be told with namespaces before it that the user did not type.
    while (!rest.startsWith(prefix) && prefix.indexOf('/') < prefix.length() - 1) {
      prefix = prefix.substring(prefix.indexOf('/') + 1);
    }
    String key = rest.startsWith(prefix) ? rest.substring(prefix.length()) : rest;
    return Paths.join(prefix, kind, key);
  }

  /** The same, for what only version 2 can do. */
  String versionedApi(String kind, String what) {
    if (!versioned) {
      throw Failure.remote("K/V engine mount must be version 2 for " + what + " support");
    }
    return api(kind);
  }

  /** A heading between equal signs, as wide as {@code width} if it can be. */
  static String heading(String title, int width) {
    int signs = width - (title.length() + 2);
    int half = signs <= 0 ? 2 : (signs + 1) / 2;
    return "=".repeat(half) + " " + title + " " + "=".repeat(half);
  }

  /** A heading as wide as the table of {@code members} below it. */
  static String heading(String title, JsonObject members) {
    int longest = members.members().keySet().stream().mapToInt(String::length).max().orElse(0);
    return heading(title, longest + 4 + "Value".length());
  }

  /** Prints the API's path under a heading. */
  static void printPath(Invocation call, String title, String path) {
    call.out().line(heading(title, path.length()));
    call.out().line(path);
    call.out().line("");
  }

  /** The numbers in {@code -versions=1,2 -versions=3}. */
  static List<String> versions(Invocation call) {
    return call.flags().list("versions").stream()
        .flatMap(text -> List.of(text.split(",", -1)).stream())
        .map(String::strip)
        .filter(text -> !text.isEmpty())
        .toList();
  }
}
