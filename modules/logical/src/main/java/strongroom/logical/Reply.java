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

  /**
   * A reply to a client that is told how many requests it has left.
   *
   * @param reply what the request came to
   */
  record Counted(Reply reply, Rate rate) implements Reply {
    @Override
    public String requestId() {
      return reply.requestId();
    }
  }

  /**
   * How many requests a client may make.
   *
   * @param limit how many in an interval
   * @param remaining how many of them are left
   * @param resetSeconds when the next interval begins
   */
  record Rate(long limit, long remaining, long resetSeconds) {}
}
