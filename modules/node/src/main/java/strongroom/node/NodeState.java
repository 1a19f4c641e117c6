package strongroom.node;

import java.time.Instant;
import java.util.Optional;
import strongroom.seal.SealRecord;
import strongroom.storage.Storage;

/** Where a node is in its life. Exactly one at a time, so that no two flags can disagree. */
public sealed interface NodeState {
  /** Storage has not told yet whether there is an installation. */
  record Starting(Obstacle obstacle) implements NodeState {}

  /** Storage is there and empty. */
  record Uninitialized() implements NodeState {}

  /** The root key is not in memory. */
  record Sealed(SealRecord record, Obstacle obstacle) implements NodeState {}

  /** The root key is being unwrapped, or the services opened; the obstacle is what it waits for. */
  record Unsealing(SealRecord record, Obstacle obstacle) implements NodeState {}

  /** Storage holds something that cannot be right. Nothing is served, and nothing written. */
  record Damaged(Obstacle obstacle) implements NodeState {}

  /** Unsealed, and leads: serves requests. */
  final class Active implements NodeState {
    private final Unsealed unsealed;
    private final Storage storage;
    private final Service service;
    private final Instant since;

    Active(Unsealed unsealed, Storage storage, Service service, Instant since) {
      this.unsealed = unsealed;
      this.storage = storage;
      this.service = service;
      this.since = since;
    }

    /** Which cluster this is. */
    public Cluster cluster() {
      return unsealed.cluster();
    }

    /** Since when it leads. */
    public Instant since() {
      return since;
    }

    Unsealed unsealed() {
      return unsealed;
    }

    /** The barrier, which commits nothing once this node no longer leads as it does now. */
    Storage storage() {
      return storage;
    }

    Service service() {
      return service;
    }

    Active with(SealRecord other) {
      return new Active(unsealed.with(other), storage, service, since);
    }
  }

  /** Unsealed, while another node leads. */
  final class Standby implements NodeState {
    private final Unsealed unsealed;
    private final Optional<String> leaderAddress;

    Standby(Unsealed unsealed, Optional<String> leaderAddress) {
      this.unsealed = unsealed;
      this.leaderAddress = leaderAddress;
    }

    /** Which cluster this is. */
    public Cluster cluster() {
      return unsealed.cluster();
    }

    /** Where clients reach the leader, where known. */
    public Optional<String> leaderAddress() {
      return leaderAddress;
    }

    Unsealed unsealed() {
      return unsealed;
    }
  }

  /**
   * The names of a cluster, given at initialization.
   *
   * @param name {@code vault-cluster-1a2b3c4d} unless configured
   * @param id a UUID
   */
  record Cluster(String name, String id) {}
}
