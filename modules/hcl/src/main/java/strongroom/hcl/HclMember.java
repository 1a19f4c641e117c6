package strongroom.hcl;

import java.util.List;

/**
 * A member of an object: an attribute ({@code key = value}), or a block ({@code key "label" {…}}).
 *
 * @param keys the key, and a block's labels behind it; one at least
 * @param value the attribute's value, or the block's body
 */
public record HclMember(List<HclKey> keys, HclValue value) {
  /** Keeps a copy of {@code keys}. */
  public HclMember {
    keys = List.copyOf(keys);
  }

  /** The first of the keys. */
  public HclKey key() {
    return keys.getFirst();
  }

  /** The text of the first of the keys. */
  public String name() {
    return keys.getFirst().text();
  }
}
