package strongroom.hcl;

import java.util.List;

/** Values in square brackets. */
public record HclList(Position at, List<HclValue> items) implements HclValue {
  /** Keeps a copy of {@code items}. */
  public HclList {
    items = List.copyOf(items);
  }

  @Override
  public String kind() {
    return "a list";
  }

  @Override
  public String toString() {
    return "list[" + items.size() + "]";
  }
}
