package strongroom.engine.kv;

import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Handler;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

/** Version 2's endpoints. What they do is in {@link VersionedData} and {@link MetadataPaths}. */
final class KvV2 {
  private final Upgrade upgrade;
  private final MountConfig config = new MountConfig();
  private final VersionedData data = new VersionedData(config);
  private final MetadataPaths metadata = new MetadataPaths();

  KvV2(Upgrade upgrade) {
    this.upgrade = upgrade;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("config", "The settings of the mount.")
            .field("max_versions", "integer", "How many versions a key keeps; 0 for 10.")
            .field("cas_required", "boolean", "Whether every write must name its version.")
            .field("delete_version_after", "duration", "How long a version lasts; 0s for ever.")
            .on(Operation.READ, ready(config::read))
            .onWrite(ready(config::write))
            .build(),
        Endpoint.at("data/{path...}", "A secret's data, by version.")
            .field("data", "object", "The secret.")
            .field("options", "object", "cas: the current version, or 0 for none yet.")
            .field("version", "integer", "Which version to read; the newest by default.")
            .on(Operation.READ, ready(data::read))
            .onWrite(ready(data::write))
            .on(Operation.PATCH, ready(data::patch))
            .on(Operation.DELETE, ready(data::deleteCurrent))
            .exists(call -> KeyMetadata.find(call.storage(), KvPath.key(call)).isPresent())
            .build(),
        Endpoint.at("subkeys/{path...}", "The names in a secret, without the values.")
            .field("version", "integer", "Which version to read; the newest by default.")
            .field("depth", "integer", "How deep to look; 0 for all the way.")
            .on(Operation.READ, ready(data::subkeys))
            .build(),
        Endpoint.at("delete/{path...}", "Delete versions; it can be undone.")
            .field("versions", "array", "Which.")
            .onWrite(ready(data::delete))
            .build(),
        Endpoint.at("undelete/{path...}", "Undo the deletion of versions.")
            .field("versions", "array", "Which.")
            .onWrite(ready(data::undelete))
            .build(),
        Endpoint.at("destroy/{path...}", "Remove versions' data for good.")
            .field("versions", "array", "Which.")
            .onWrite(ready(data::destroy))
            .build(),
        Endpoint.at("metadata/{path...}", "A key's settings and what versions there are.")
            .field("max_versions", "integer", "How many versions the key keeps.")
            .field("cas_required", "boolean", "Whether every write must name its version.")
            .field("delete_version_after", "duration", "How long a version lasts.")
            .field("custom_metadata", "object", "Strings for people.")
            .on(Operation.READ, ready(metadata::read))
            .on(Operation.LIST, ready(call -> KvPath.list(call, KvPath.METADATA)))
            .onWrite(ready(metadata::write))
            .on(Operation.PATCH, ready(metadata::patch))
            .on(Operation.DELETE, ready(metadata::delete))
            .exists(call -> KeyMetadata.find(call.storage(), KvPath.key(call)).isPresent())
            .build(),
        Endpoint.at("detailed-metadata/{path...}", "The keys of a folder with their metadata.")
            .field("after", "string", "Only names behind this one.")
            .field("limit", "integer", "How many at most.")
            .on(Operation.LIST, ready(metadata::listDetailed))
            .build(),
        // Last, as the first that matches counts.
        Endpoint.at("{path...}", "Nothing: version 2 has its secrets below data/.")
            .on(Operation.READ, KvV2::versionOnePath)
            .on(Operation.LIST, KvV2::versionOnePath)
            .onWrite(KvV2::versionOnePath)
            .on(Operation.DELETE, KvV2::versionOnePath)
            .build());
  }

  /** What a client of version 1 asks for: the answer that tools know, 404 with a warning. */
  private static Response versionOnePath(Call call) {
    throw new RefusedException(
        new Refusal.NotFound(
            List.of(),
            Optional.of(
                Response.done()
                    .warning(
                        List.of(
                            "this mount is KV version 2: read and write below data/, list below"
                                + " metadata/, or use the kv command, which does that by"
                                + " itself")))));
  }

  /** The handler, but for while the mount is being upgraded. */
  private Handler ready(Handler handler) {
    return call -> {
      upgrade.requireDone();
      return handler.handle(call);
    };
  }
}
