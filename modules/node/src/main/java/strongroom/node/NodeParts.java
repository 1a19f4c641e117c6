package strongroom.node;

import java.security.SecureRandom;
import java.time.Clock;
import strongroom.barrier.Barrier;
import strongroom.storage.Storage;

/**
 * What a node is made of.
 *
 * @param storage where ciphertext and the seal record go
 * @param protectionCell what it takes to get at the root key
 * @param services what runs on the open barrier
 * @param leadership which node leads
 * @param clusterName the configured name, or empty text for one that is made up
 * @param barrier the time, randomness, and what is sealed twice
 */
public record NodeParts(
    Storage storage,
    ProtectionCell protectionCell,
    ServiceFactory services,
    Leadership leadership,
    String clusterName,
    Barrier.Source barrier) {

  /** The parts of a node that starts with {@code protection}. */
  public NodeParts(
      Storage storage,
      Protection protection,
      ServiceFactory services,
      Leadership leadership,
      String clusterName,
      Barrier.Source barrier) {
    this(storage, new ProtectionCell(protection), services, leadership, clusterName, barrier);
  }

  /** The time. */
  Clock clock() {
    return barrier.clock();
  }

  /** Randomness. */
  SecureRandom random() {
    return barrier.random();
  }

  /** What it takes to get at the root key now. */
  Protection protection() {
    return protectionCell.now();
  }

  /**
   * The same parts with another protection, to work with what a migration comes from or goes to.
   */
  NodeParts with(Protection other) {
    return new NodeParts(storage, other, services, leadership, clusterName, barrier);
  }

  /** The same seals, on entries that are not this node's. */
  NodeParts on(Storage other) {
    return new NodeParts(other, protectionCell, services, Leadership.ALONE, clusterName, barrier);
  }
}
