package strongroom.node;

/**
 * What it takes to get at a node's root key, now. Anybody reads it; it is set under the state's
 * lock, by a migration of the seal or by a configuration that is read while the node is sealed.
 */
public final class ProtectionCell {
  private volatile Protection now;

  ProtectionCell(Protection first) {
    now = first;
  }

  Protection now() {
    return now;
  }

  void set(Protection next) {
    now = next;
  }
}
