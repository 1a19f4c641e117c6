package strongroom.migrate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;

/** Says now and then how far a long step has come. Used by all threads, under its own lock. */
final class Progress {
  private final String doing;
  private final long total;
  private final InstantSource clock;
  private final Duration every;
  private final Consumer<String> out;
  private final Instant started;
  private Instant next;
  private long done;

  Progress(String doing, long total, MigrationSettings settings) {
    this.doing = doing;
    this.total = total;
    this.clock = settings.clock();
    this.every = settings.progressEvery();
    this.out = settings.progress();
    this.started = clock.instant();
    this.next = started.plus(every);
  }

  /** One more is done. */
  synchronized void step() {
    done++;
    Instant now = clock.instant();
    if (now.isBefore(next) && done < total) {
      return;
    }
    next = now.plus(every);
    out.accept(text(now));
  }

  private String text(Instant now) {
    double seconds = Math.max(0.001, Duration.between(started, now).toMillis() / 1000.0);
    double rate = done / seconds;
    String text =
        String.format(Locale.ROOT, "%s: %,d of %,d keys, %,.0f keys/s", doing, done, total, rate);
    return done < total
        ? text + String.format(Locale.ROOT, ", %s left", shortly((long) ((total - done) / rate)))
        : text;
  }

  private static String shortly(long seconds) {
    return seconds < 120
        ? seconds + " s"
        : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
  }
}
