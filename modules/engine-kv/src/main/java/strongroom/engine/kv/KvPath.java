package strongroom.engine.kv;

import java.nio.charset.StandardCharsets;
import java.util.List;
import strongroom.engine.Call;
import strongroom.engine.Names;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Where a key's parts lie in the mount's storage, and which paths can be keys. */
final class KvPath {
  /** Values of version 1. */
  static final String VALUES = "v1/";

  /** Metadata of version 2, one entry a key. */
  static final String METADATA = "meta/";

  /** Data of version 2: the key's path, then the number of the version. */
  static final String VERSIONS = "data/";

  static final String CONFIG = "config";

  private static final int LENGTH_MAX = 2048;

  private KvPath() {}

  /** The key that {@code call} names. */
  static String key(Call call) {
    String path = call.parameter("path");
    if (path.isEmpty() || path.endsWith("/") || path.startsWith("/")) {
      if (call.operation() == Operation.READ) {
        // A folder has no value of its own.
        throw Refusal.notFound();
      }
      throw Refusal.invalid("a key's path is missing, or has a slash at its end or beginning");
    }
    if (path.getBytes(StandardCharsets.UTF_8).length > LENGTH_MAX) {
      throw Refusal.invalid("a key's path has at most " + LENGTH_MAX + " bytes");
    }
    return path;
  }

  /** The folder that {@code call} names, with a slash behind, or empty text for the top. */
  static String folder(Call call) {
    String path = call.parameter("path");
    if (path.getBytes(StandardCharsets.UTF_8).length > LENGTH_MAX) {
      throw Refusal.invalid("a path has at most " + LENGTH_MAX + " bytes");
    }
    return path.isEmpty() || path.endsWith("/") ? path : path + "/";
  }

  static String data(String key, long version) {
    return VERSIONS + key + "/" + version;
  }

  /**
   * The names in {@code folder} of {@code area}: all, or the page that the parameters {@code after}
   * and {@code limit} ask for.
   */
  static Response list(Call call, String area) {
    List<String> names = names(call, area);
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  static List<String> names(Call call, String area) {
    return Names.in(call, area + folder(call));
  }
}
