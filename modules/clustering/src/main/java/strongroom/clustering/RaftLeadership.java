package strongroom.clustering;

import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.cluster.ClusterAuthority;
import strongroom.cluster.ClusterFault;
import strongroom.cluster.ClusterLink;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.node.Leadership;
import strongroom.seal.SealRecord;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.Member;
import strongroom.storage.raft.RaftStorage;

/**
 * A node's part in its cluster, by Raft and the cluster's link. The link is open while the node is
 * unsealed, since its certificate is issued by an authority that is kept behind the barrier: a
 * sealed node hears nothing, votes for nobody and cannot lead.
 */
public final class RaftLeadership implements Leadership, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RaftLeadership.class);

  /** Where the authority is, behind the barrier. */
  static final String AUTHORITY = "core/cluster-authority";

  private static final Duration APPROVED_MAX = Duration.ofMinutes(10);
  private static final int APPROVED_NODES_MAX = 64;
  private static final Duration RENEWAL_CHECK = Duration.ofHours(1);
  private static final Duration HAND_ON_MAX = Duration.ofSeconds(2);
  private static final Duration STEP_DOWN_MAX = Duration.ofSeconds(5);

  private final ClusterSettings settings;
  private final RaftStorage storage;
  private final ClusterLink link;
  private final Clock clock;
  private final SecureRandom random;
  private final Joiner joiner;
  private final ScheduledExecutorService renewal =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("cluster-renewal").daemon().factory());

  /** Nodes that have proved the root key and are not members yet, and until when they may be. */
  private final Map<String, Instant> approved = new ConcurrentHashMap<>();

  /** What is behind the barrier, while this node is unsealed. */
  private volatile @Nullable Barrier open;

  private volatile Runnable changed = () -> {};

  /** Will take part by {@code link}, which is opened and shut here. */
  public RaftLeadership(
      ClusterSettings settings,
      RaftStorage storage,
      ClusterLink link,
      Clock clock,
      SecureRandom random) {
    this.settings = settings;
    this.storage = storage;
    this.link = link;
    this.clock = clock;
    this.random = random;
    this.joiner = new Joiner(settings, storage, link, random, () -> changed.run());
  }

  /**
   * Begins to look for a cluster to join, where the configuration names one.
   *
   * @param wake called when who leads may have changed, or there is a cluster to join
   */
  public void start(Runnable wake) {
    changed = wake;
    storage.onLeaderChanged(wake);
    link.admit(this::admits);
    link.answer(LinkCalls.ADD, this::add);
    joiner.start();
    var _ =
        renewal.scheduleWithFixedDelay(
            this::renewWhenOld,
            RENEWAL_CHECK.toMinutes(),
            RENEWAL_CHECK.toMinutes(),
            TimeUnit.MINUTES);
  }

  /** Members, those that have proved the root key, and for who joins whoever is certified. */
  private boolean admits(String node) {
    return storage.members().has(node) || isApproved(node) || storage.isJoining();
  }

  private boolean isApproved(String node) {
    Instant until = approved.get(node);
    return until != null && clock.instant().isBefore(until);
  }

  private byte[] add(String node, byte[] content) throws IOException {
    if (!isApproved(node)) {
      throw new IOException("node " + node + " has not proved that it has the root key");
    }
    try {
      Fields fields = new Fields(Json.parseObject(content));
      storage
          .members()
          .put(
              new Member(
                  node,
                  fields.requiredString("cluster_addr"),
                  fields.string("api_addr").orElse(""),
                  fields.bool("voter").orElse(true),
                  false));
      approved.remove(node);
      LOG.info("node {} is a member", node);
      return new byte[0];
    } catch (Json.MalformedJson | RefusedException | StorageFault e) {
      throw new IOException("node " + node + " was not added: " + e.getMessage(), e);
    }
  }

  @Override
  public boolean isLeader() {
    return storage.lead().isServing();
  }

  @Override
  public Optional<String> leaderAddress() {
    return storage
        .members()
        .leader()
        .filter(leader -> !leader.id().equals(settings.nodeId()))
        .map(Member::apiAddress);
  }

  @Override
  public List<Peer> peers() {
    return storage.members().all().stream()
        .map(
            one ->
                new Peer(
                    one.id(), one.apiAddress(), "https://" + one.clusterAddress(), one.leader()))
        .toList();
  }

  @Override
  public void enter(Barrier barrier) {
    open = barrier;
    barrier
        .get(AUTHORITY)
        .ifPresent(
            stored ->
                link.open(
                    ClusterAuthority.parse(stored, random)
                        .issue(settings.nodeId(), clock.instant())));
  }

  @Override
  public Storage lead(Barrier barrier) {
    long term = storage.lead().serve();
    if (term == 0) {
      throw new StorageFault.Unavailable("this node leads no longer", null);
    }
    open = barrier;
    if (barrier.get(AUTHORITY).isEmpty()) {
      ClusterAuthority made = ClusterAuthority.create(clock.instant(), random);
      barrier.commit(new Batch().put(AUTHORITY, made.toBytes()));
    }
    if (!link.isOpen()) {
      enter(barrier);
    }
    return new OneTermStorage(barrier, term);
  }

  @Override
  public void follow() {
    storage.lead().withdraw();
    approved.clear();
  }

  @Override
  public void leave() {
    open = null;
    handOn();
    follow();
    link.shut();
  }

  private void renewWhenOld() {
    Barrier barrier = open;
    Instant half = clock.instant().plus(ClusterAuthority.NODE_VALIDITY.dividedBy(2));
    if (barrier == null || link.validUntil().map(until -> until.isAfter(half)).orElse(false)) {
      return;
    }
    try {
      enter(barrier);
      LOG.info("this node has a new certificate for the cluster");
    } catch (StorageFault | ClusterFault e) {
      LOG.warn("the certificate for the cluster is not renewed yet: {}", e.getMessage());
    }
  }

  @Override
  public void stepDown() {
    boolean others =
        storage.members().all().stream()
            .anyMatch(one -> one.voter() && !one.id().equals(settings.nodeId()));
    if (others && !storage.lead().handOn(Optional.empty(), STEP_DOWN_MAX)) {
      throw Refusal.unavailable("no other node is ready to take over");
    }
  }

  /** Has another node lead, where this one does and another can. */
  public void handOn() {
    if (link.isOpen()
        && storage.lead().isHere()
        && !storage.lead().handOn(Optional.empty(), HAND_ON_MAX)) {
      LOG.info("no other node takes over");
    }
  }

  /** The authority: nodes that are at different entries for a moment must reach each other. */
  @Override
  public Set<String> kept() {
    return Set.of(AUTHORITY);
  }

  @Override
  public Optional<SealRecord> recordToJoin() {
    return joiner.record();
  }

  @Override
  public void join(SecretBytes rootKey) {
    joiner.join(rootKey);
  }

  /** Has this node, which has no data, join the cluster of {@code target}. */
  void join(JoinTarget target, boolean voter, boolean retry) {
    joiner.join(target, voter, retry);
  }

  /** A challenge for {@code node}, which wants to join, and what wraps the root key. */
  byte[] challenge(String node) {
    try (SecretBytes rootKey = leading().copyRootKey()) {
      return JoinProof.challenge(rootKey, node, clock.instant(), random);
    }
  }

  /** The seal record as it is stored. */
  byte[] sealRecord() {
    var _ = leading();
    return storage
        .get("core/seal-config")
        .orElseThrow(() -> Refusal.unavailable("there is no seal record"));
  }

  /** Lets a node in that has proved the root key. */
  JoinMessages.Admission admit(JoinMessages.Answer answer) {
    Barrier barrier = leading();
    try (SecretBytes rootKey = barrier.copyRootKey()) {
      boolean proved =
          JoinProof.same(JoinProof.of(rootKey, "answer", answer.proved()), answer.proof())
              && JoinProof.isFresh(rootKey, answer.node(), answer.challenge(), clock.instant());
      if (!proved) {
        throw Refusal.denied("the answer does not prove the root key, or came too late");
      }
      requireFree(answer);
      ClusterAuthority authority =
          ClusterAuthority.parse(
              barrier
                  .get(AUTHORITY)
                  .orElseThrow(() -> Refusal.unavailable("the cluster has no authority yet")),
              random);
      JoinMessages.Admission bare =
          new JoinMessages.Admission(
              UUID.fromString(storage.group().toString()),
              settings.nodeId(),
              settings.clusterAddress(),
              authority.certify(answer.node(), answer.publicKey(), clock.instant()),
              authority.certificate(),
              new byte[0]);
      approved.put(answer.node(), clock.instant().plus(APPROVED_MAX));
      return new JoinMessages.Admission(
          bare.group(),
          bare.leader(),
          bare.leaderAddress(),
          bare.certificate(),
          bare.authority(),
          JoinProof.of(rootKey, "admission", bare.proved(answer.challenge())));
    } catch (ClusterFault e) {
      throw Refusal.invalid("public_key is no key that a certificate can be made for");
    }
  }

  /** A member that has lost what it acknowledged must not come back under its name. */
  private void requireFree(JoinMessages.Answer answer) {
    boolean back = answer.group().equals(storage.group().toString());
    if (storage.members().has(answer.node()) && !back) {
      throw Refusal.invalid(
          "node "
              + answer.node()
              + " is a member already: give this node another node_id, or remove that one first"
              + " (operator raft remove-peer)");
    }
    approved.values().removeIf(until -> clock.instant().isAfter(until));
    if (approved.size() >= APPROVED_NODES_MAX) {
      throw Refusal.unavailable("too many nodes are joining");
    }
  }

  private Barrier leading() {
    Barrier barrier = open;
    if (barrier == null || !isLeader()) {
      throw Refusal.unavailable("this node does not lead a cluster that is unsealed");
    }
    return barrier;
  }

  RaftStorage storage() {
    return storage;
  }

  ClusterLink link() {
    return link;
  }

  ClusterSettings settings() {
    return settings;
  }

  @Override
  public void close() {
    joiner.close();
    renewal.shutdownNow();
    link.close();
  }
}
