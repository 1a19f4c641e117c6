package strongroom.logical;

/** What a request comes to. */
public sealed interface Reply {
  /** The request's id. */
  String requestId();

  /**
   * The request was done.
   *
   * @param mountType the type of the mount that answered ({@code kv}, {@code system}, {@code
   *     token}), empty text where none did
   */
  record Done(String requestId, String mountType, Response response) implements Reply {}

  /** The request was refused. */
  record Refused(String requestId, Refusal refusal) implements Reply {}
}
