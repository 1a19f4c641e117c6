package strongroom.migrate;

/** The way to one server: a request, an answer. Used by several threads at once. */
@FunctionalInterface
public interface Api {
  /**
   * Sends {@code ask} once.
   *
   * @throws Unreachable where no answer came
   */
  Answer send(Ask ask);
}
