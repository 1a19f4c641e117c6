package strongroom.barrier;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.Set;

/** What barriers under test are made of. */
final class Sources {
  private Sources() {}

  /** With nothing that is sealed twice. */
  static Barrier.Source of(Clock clock, SecureRandom random) {
    return new Barrier.Source(clock, random, new SealWrap(true, Set.of()));
  }
}
