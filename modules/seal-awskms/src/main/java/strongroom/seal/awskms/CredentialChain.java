package strongroom.seal.awskms;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;

/** The first place in order that has credentials. Temporary ones are kept until near their end. */
final class CredentialChain implements AutoCloseable {
  private static final Duration MARGIN = Duration.ofMinutes(5);

  private final List<CredentialSource> sources;
  private final Clock clock;

  /** Held while credentials are fetched, so that they are fetched once. */
  private final ReentrantLock fetching = new ReentrantLock();

  private @Nullable AwsCredentials temporary; // guarded by fetching
  private Instant renewal = Instant.EPOCH; // guarded by fetching

  CredentialChain(List<CredentialSource> sources, Clock clock) {
    this.sources = List.copyOf(sources);
    this.clock = clock;
  }

  /** Credentials, which the caller closes. */
  AwsCredentials take(Deadline deadline) {
    String what = "the source of AWS credentials";
    try {
      if (!fetching.tryLock(deadline.left(what).toNanos(), TimeUnit.NANOSECONDS)) {
        throw deadline.missed(what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw deadline.missed(what);
    }
    try {
      AwsCredentials known = temporary;
      if (known != null && clock.instant().isBefore(renewal)) {
        return known.copy();
      }
      forget();
      return fetch(deadline);
    } finally {
      fetching.unlock();
    }
  }

  private AwsCredentials fetch(Deadline deadline) {
    for (CredentialSource source : sources) {
      Optional<AwsCredentials> found = source.take(deadline);
      if (found.isPresent()) {
        AwsCredentials credentials = found.get();
        if (credentials.end().isPresent()) {
          temporary = credentials.copy();
          Duration life = Duration.between(clock.instant(), credentials.end().get());
          Duration half = life.dividedBy(2);
          renewal = credentials.end().get().minus(half.compareTo(MARGIN) < 0 ? half.abs() : MARGIN);
        }
        return credentials;
      }
    }
    throw new SealFault.Configuration(
        "there are no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile in"
            + " ~/.aws/credentials, or give the instance, task or service account a role",
        null);
  }

  /** Forgets what was kept, since it was refused. */
  void forget() {
    fetching.lock();
    try {
      if (temporary != null) {
        temporary.close();
        temporary = null;
      }
    } finally {
      fetching.unlock();
    }
  }

  @Override
  public void close() {
    forget();
  }
}
