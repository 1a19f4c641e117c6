package strongroom.hcl;

import java.util.List;

/**
 * A block, however it was written: {@code listener "tcp" {…}}, {@code listener = { tcp = {…} }}, or
 * JSON's {@code "listener": [{"tcp": {…}}]}.
 *
 * @param key the block's own name
 * @param labels what stands behind it, as many as were asked for
 * @param body what stands in the braces
 */
public record HclBlock(HclKey key, List<HclKey> labels, HclObject body) {
  /** Keeps a copy of {@code labels}. */
  public HclBlock {
    labels = List.copyOf(labels);
  }

  /** The text of the first label. */
  public String label() {
    return labels.getFirst().text();
  }
}
