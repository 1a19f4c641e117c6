package strongroom.clustering;

/** The kinds of calls between nodes that are not Raft's, which has those below 32. */
final class LinkCalls {
  /** A node that was let in asks to be made a member. */
  static final int ADD = 32;

  /** A request of a client, for who leads. */
  static final int FORWARD = 33;

  private LinkCalls() {}
}
