package strongroom.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Clock;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.logical.Upload;
import strongroom.node.Node;
import strongroom.node.Restoration;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.RaftStorage;

/**
 * {@code sys/storage/raft/snapshot}: all that is stored, as encrypted as it is, as a file; and
 * back.
 */
public final class SnapshotEndpoints {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotEndpoints.class);
  private static final String MEDIA_TYPE = "application/gzip";

  private final Restoration node;
  private final Taking taking;
  private final Restoring restoring;

  /** Endpoints for {@code node}, which keeps its data in {@code storage}. */
  public SnapshotEndpoints(Node node, RaftStorage storage, Clock clock, String version) {
    this.node = node.restoration();
    taking = new Taking(node, storage.snapshots(), clock, version);
    restoring = new Restoring(node, storage.snapshots());
  }

  /** The endpoints, their paths without {@code sys/}. */
  public List<Endpoint> endpoints() {
    return List.of(
        restoring("storage/raft/snapshot", "Saves all that is stored, or restores it.", false)
            .on(Operation.READ, this::save)
            .build(),
        restoring("storage/raft/snapshot-force", "Restores a snapshot, whatever opens it.", true)
            .build());
  }

  /** Where there is no installation yet there is nobody who could have a token. */
  private Endpoint.Builder restoring(String path, String summary, boolean force) {
    return Endpoint.at(path, summary)
        .onWrite(call -> restore(call, force))
        .unauthenticatedWhile(node::uninitialized)
        .whenSealed()
        .blocking();
  }

  private Response restore(Call call, boolean force) {
    Upload upload =
        call.request()
            .upload()
            .orElseThrow(() -> Refusal.invalid("the body is a snapshot, and there is none"));
    restoring.restore(upload, new Restoring.Wish(force, call.caller().isEmpty()));
    return Response.done();
  }

  private Response save(Call call) {
    if (call.request().wrapTtl().isPresent()) {
      throw Refusal.invalid("a snapshot is not wrapped: leave X-Vault-Wrap-TTL out");
    }
    return Response.of(
        200, Response.Shape.RAW, new Response.Stream(MEDIA_TYPE, out -> write(call, out)));
  }

  private void write(Call call, OutputStream out) throws IOException {
    try {
      var manifest = taking.take(out);
      LOG.info(
          "snapshot {} was saved: {} entries up to {}",
          manifest.id(),
          manifest.entries(),
          manifest.index());
    } catch (StorageFault.Damaged e) {
      LOG.error("request {}: no snapshot: {}", call.request().id(), e.getMessage());
      throw new RefusedException(
          new Refusal.Faulted(
              List.of(
                  "what is stored is damaged, and no snapshot is made of it; the server's log"
                      + " names the place under request "
                      + call.request().id())));
    } catch (StorageFault e) {
      throw Refusal.unavailable("no snapshot: " + e.getMessage());
    }
  }
}
