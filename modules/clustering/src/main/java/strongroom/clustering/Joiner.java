package strongroom.clustering;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.cluster.CallFault;
import strongroom.cluster.ClusterFault;
import strongroom.cluster.ClusterLink;
import strongroom.cluster.NodeIdentity;
import strongroom.cluster.Target;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.RaftStorage;

/**
 * Makes a node without data one of a cluster: learns from a node there what wraps the root key,
 * waits until this node's seal or key shares have unwrapped it, proves it, and fetches the state.
 */
final class Joiner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Joiner.class);
  private static final Duration RETRY = Duration.ofMillis(500);
  private static final Duration ADDED_MAX = Duration.ofMinutes(6);
  private static final Duration STATE_MAX = Duration.ofMinutes(2);
  private static final String CHALLENGE = "sys/storage/raft/bootstrap/challenge";
  private static final String ANSWER = "sys/storage/raft/bootstrap/answer";

  private final ClusterSettings settings;
  private final RaftStorage storage;
  private final ClusterLink link;
  private final SecureRandom random;
  private final Runnable found;

  /** Held while this node joins, which several seals may begin at once. */
  private final ReentrantLock joining = new ReentrantLock();

  private volatile @Nullable Pending pending;
  private volatile @Nullable Thread trying;
  private volatile boolean closed;

  /** A cluster that this node is to join. */
  private record Pending(JoinTarget target, SealRecord record, boolean voter) {}

  Joiner(
      ClusterSettings settings,
      RaftStorage storage,
      ClusterLink link,
      SecureRandom random,
      Runnable found) {
    this.settings = settings;
    this.storage = storage;
    this.link = link;
    this.random = random;
    this.found = found;
  }

  /** Looks for the configured cluster for as long as this node has no data. */
  void start() {
    if (!settings.joins().isEmpty() && !storage.everWritten()) {
      tryUntilFound(settings.joins(), settings.voter());
    }
  }

  private void tryUntilFound(List<JoinTarget> targets, boolean voter) {
    trying =
        Thread.ofVirtual()
            .name("cluster-join")
            .start(
                () -> {
                  String told = "";
                  while (!closed && pending == null && !storage.everWritten()) {
                    String why = tryEach(targets, voter);
                    if (!why.isEmpty() && !why.equals(told)) {
                      LOG.info("no cluster to join yet: {}", why);
                      told = why;
                    }
                    pause();
                  }
                });
  }

  private String tryEach(List<JoinTarget> targets, boolean voter) {
    String why = "";
    for (JoinTarget target : targets) {
      try {
        find(target, voter);
        return "";
      } catch (StorageFault e) {
        why = String.valueOf(e.getMessage());
      }
    }
    return why;
  }

  private static void pause() {
    try {
      Thread.sleep(RETRY);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Joins {@code target}'s cluster, at once or for as long as it takes. */
  void join(JoinTarget target, boolean voter, boolean retry) {
    requireNew();
    try {
      find(target, voter);
    } catch (StorageFault.Unavailable e) {
      if (!retry) {
        throw Refusal.invalid("failed to join raft cluster: " + e.getMessage());
      }
      tryUntilFound(List.of(target), voter);
    }
  }

  private void requireNew() {
    if (storage.everWritten()) {
      throw Refusal.invalid(
          "this node has data already: it is of a cluster, or is initialized by itself");
    }
  }

  private void find(JoinTarget target, boolean voter) {
    Fields challenge = LeaderClient.post(target, CHALLENGE, own());
    try {
      SealRecord record = SealRecord.fromBytes(JoinMessages.binary(challenge, "seal_config"));
      pending = new Pending(target, record, voter);
      LOG.info("joins the cluster of {} once this node is unsealed", target.api());
      found.run();
    } catch (SealFault.Data | RefusedException e) {
      throw new StorageFault.Unavailable(
          target.api() + " answers with no seal record that is known here", e);
    }
  }

  private JsonObject own() {
    return JsonObject.builder().put("server_id", settings.nodeId()).build();
  }

  /** What wraps the root key of the cluster that is to be joined. */
  Optional<SealRecord> record() {
    Pending known = pending;
    return known == null ? Optional.empty() : Optional.of(known.record());
  }

  /** Joins where this node is to; nothing otherwise. */
  void join(SecretBytes rootKey) {
    if (pending == null) {
      return;
    }
    joining.lock();
    try {
      Pending known = pending;
      if (known != null) {
        joinNow(known, rootKey);
        pending = null;
      }
    } catch (ClusterFault | RefusedException e) {
      throw new StorageFault.Unavailable("joining failed: " + e.getMessage(), e);
    } finally {
      joining.unlock();
    }
  }

  private void joinNow(Pending known, SecretBytes rootKey) {
    NodeIdentity.Wanted wanted = NodeIdentity.wanted(random);
    byte[] challenge =
        JoinMessages.binary(LeaderClient.post(known.target(), CHALLENGE, own()), "challenge");
    String group = storage.isJoining() ? storage.group().toString() : "";
    JoinMessages.Answer bare =
        new JoinMessages.Answer(
            settings.nodeId(), challenge, group, wanted.publicKey(), new byte[0]);
    JoinMessages.Answer answer =
        new JoinMessages.Answer(
            bare.node(),
            bare.challenge(),
            bare.group(),
            bare.publicKey(),
            JoinProof.of(rootKey, "answer", bare.proved()));
    JoinMessages.Admission admission =
        JoinMessages.Admission.of(LeaderClient.post(known.target(), ANSWER, answer.toJson()));
    byte[] expected = JoinProof.of(rootKey, "admission", admission.proved(challenge));
    if (!JoinProof.same(expected, admission.proof())) {
      throw new StorageFault.Unavailable(
          known.target().api() + " did not prove that it has the root key", null);
    }
    storage.join(admission.group());
    link.open(wanted.with(admission.certificate(), admission.authority()));
    beAdded(admission, known.voter());
    awaitState();
    storage.joined();
    LOG.info("joined the cluster that node {} leads", admission.leader());
  }

  private void beAdded(JoinMessages.Admission admission, boolean voter) {
    JsonObject own =
        JsonObject.builder()
            .put("cluster_addr", settings.clusterAddress())
            .put("api_addr", settings.apiAddress())
            .put("voter", voter)
            .build();
    try {
      var _ =
          link.call(
              Target.of(admission.leader(), admission.leaderAddress()),
              LinkCalls.ADD,
              Json.toBytes(own),
              ADDED_MAX);
    } catch (CallFault e) {
      link.shut();
      throw new StorageFault.Unavailable("the leader did not add this node: " + e.getMessage(), e);
    }
  }

  private void awaitState() {
    long end = System.nanoTime() + STATE_MAX.toNanos();
    while (storage.get("core/seal-config").isEmpty() || storage.get("core/keyring").isEmpty()) {
      if (System.nanoTime() - end > 0) {
        throw new StorageFault.Unavailable("the cluster's state has not come yet", null);
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StorageFault.Unavailable("interrupted while joining", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    Thread thread = trying;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
