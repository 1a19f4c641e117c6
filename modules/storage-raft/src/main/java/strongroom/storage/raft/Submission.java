package strongroom.storage.raft;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftClientRequest;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.exceptions.LeaderNotReadyException;
import org.apache.ratis.protocol.exceptions.LeaderSteppingDownException;
import org.apache.ratis.protocol.exceptions.NotLeaderException;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.jspecify.annotations.Nullable;
import strongroom.storage.StorageFault;

/** Hands entries to Raft, and says in our words what came of each. */
final class Submission {
  private final Members.Division division;
  private final Supplier<Optional<UUID>> group;
  private final Lead lead;
  private final boolean alone;
  private final Runnable broken;
  private final ClientId client = ClientId.randomId();
  private final AtomicLong callIds = new AtomicLong();

  /** {@code broken} is called where Raft may have to be started again. */
  Submission(
      Members.Division division,
      Supplier<Optional<UUID>> group,
      Lead lead,
      boolean alone,
      Runnable broken) {
    this.division = division;
    this.group = group;
    this.lead = lead;
    this.alone = alone;
    this.broken = broken;
  }

  /** The result tells when {@code entry} is durable and applied, or why it is not. */
  CompletableFuture<Void> submit(ByteString entry) {
    RaftServer running = division.running();
    Optional<UUID> own = group.get();
    if (running == null || own.isEmpty()) {
      throw new StorageFault.Unavailable("Raft is being started again", null);
    }
    if (!alone && !lead.isHere()) {
      throw new StorageFault.Unavailable("this node does not lead", null);
    }
    RaftClientRequest request =
        RaftClientRequest.newBuilder()
            .setClientId(client)
            .setServerId(running.getId())
            .setGroupId(RaftGroupId.valueOf(own.get()))
            .setCallId(callIds.incrementAndGet())
            .setMessage(Message.valueOf(entry))
            .setType(RaftClientRequest.writeRequestType())
            .build();
    try {
      return running.submitClientRequestAsync(request).handle(this::outcome);
    } catch (IOException e) {
      broken.run();
      throw new StorageFault.Unavailable("Raft takes no entry: " + e, e);
    }
  }

  private @Nullable Void outcome(@Nullable RaftClientReply reply, @Nullable Throwable failure) {
    if (failure != null) {
      broken.run();
      throw new StorageFault.OutcomeUnknown("a commit failed: " + failure, failure);
    }
    if (reply != null && reply.isSuccess()) {
      if (StoreMachine.TOO_LATE.getContent().equals(reply.getMessage().getContent())) {
        throw new StorageFault.Unavailable("who leads has changed", null);
      }
      return null;
    }
    Throwable why = reply == null ? null : reply.getException();
    boolean notLeader = why instanceof NotLeaderException;
    if (why instanceof LeaderNotReadyException
        || why instanceof LeaderSteppingDownException
        || (notLeader && alone)) {
      throw new StorageFault.Unavailable("this node does not lead", why);
    }
    if (notLeader) {
      // It may have reached others before the lead was lost.
      throw new StorageFault.OutcomeUnknown("this node lost the lead while it committed", why);
    }
    broken.run();
    throw new StorageFault.OutcomeUnknown("a commit failed: " + why, why);
  }
}
