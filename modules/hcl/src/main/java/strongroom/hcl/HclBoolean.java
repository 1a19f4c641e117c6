package strongroom.hcl;

/** {@code true} or {@code false}. */
public record HclBoolean(Position at, boolean value) implements HclValue {
  @Override
  public String kind() {
    return "a boolean";
  }

  @Override
  public String toString() {
    return "boolean";
  }
}
