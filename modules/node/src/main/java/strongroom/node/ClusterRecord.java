package strongroom.node;

import java.security.SecureRandom;
import java.util.HexFormat;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Uuids;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/** The cluster's names, kept behind the barrier as JSON: {@code {"name": …, "id": …}}. */
final class ClusterRecord {
  private static final String PATH = "core/cluster";

  private ClusterRecord() {}

  static void create(Storage barrier, String configuredName, SecureRandom random) {
    String name = configuredName;
    if (name.isEmpty()) {
      byte[] suffix = new byte[4];
      random.nextBytes(suffix);
      name = "vault-cluster-" + HexFormat.of().formatHex(suffix);
    }
    JsonObject json =
        JsonObject.builder().put("name", name).put("id", Uuids.random(random)).build();
    barrier.commit(new Batch().put(PATH, Json.toBytes(json)));
  }

  static NodeState.Cluster load(Storage barrier) {
    byte[] stored =
        barrier
            .get(PATH)
            .orElseThrow(() -> new StorageFault.Damaged("there is nothing at " + PATH, null));
    try {
      Fields fields = new Fields(Json.parseObject(stored));
      return new NodeState.Cluster(fields.requiredString("name"), fields.requiredString("id"));
    } catch (Json.MalformedJson e) {
      throw new StorageFault.Damaged("the value at " + PATH + " is not what was written", e);
    }
  }
}
