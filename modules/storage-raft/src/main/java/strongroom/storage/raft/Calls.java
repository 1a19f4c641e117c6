package strongroom.storage.raft;

/** The kinds of calls between nodes that Raft makes; what others call has numbers from 32 on. */
final class Calls {
  static final int VOTE = 1;
  static final int FORCED_VOTE = 2;
  static final int APPEND = 3;
  static final int INSTALL = 4;
  static final int START_ELECTION = 5;
  static final int COPY_BEGIN = 6;
  static final int COPY_READ = 7;
  static final int JOIN = 8;

  private Calls() {}
}
