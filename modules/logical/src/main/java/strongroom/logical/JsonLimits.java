package strongroom.logical;

/**
 * Bounds of one JSON text, so that a short body cannot become a large tree.
 *
 * @param depthMax how deep arrays and objects may nest, at most {@link Json#DEPTH_CEILING}
 * @param stringLengthMax how many characters a string may have
 * @param entriesMax how many members one object may have
 * @param itemsMax how many items one array may have
 * @param valuesMax how many values, of any kind and at any depth, the text may hold
 */
public record JsonLimits(
    int depthMax, int stringLengthMax, int entriesMax, int itemsMax, int valuesMax) {
  /** A depth of 100, 100,000 values; the rest as the body's own limit allows. */
  public static final JsonLimits DEFAULT =
      new JsonLimits(
          Json.DEPTH_MAX, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, Json.VALUES_MAX);

  /** The same for another number of values. */
  JsonLimits withValues(int other) {
    return new JsonLimits(depthMax, stringLengthMax, entriesMax, itemsMax, other);
  }
}
