package strongroom.node;

import java.util.Optional;

/** Which node of a cluster leads. Answers from memory. */
public interface Leadership {
  /** A node that is alone and always leads. */
  Leadership ALONE =
      new Leadership() {
        @Override
        public boolean isLeader() {
          return true;
        }

        @Override
        public Optional<String> leaderAddress() {
          return Optional.empty();
        }

        @Override
        public void stepDown() {}
      };

  /** Whether this node leads. */
  boolean isLeader();

  /** Where clients reach the leader, where that is known and it is another node. */
  Optional<String> leaderAddress();

  /** Asks another node to take over, where there is one. */
  void stepDown();
}
