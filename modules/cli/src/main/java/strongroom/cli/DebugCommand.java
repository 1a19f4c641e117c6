package strongroom.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import strongroom.logical.TimeText;

/**
 * {@code debug}: collects what helps to find a fault, for somebody else to read. All of it comes
 * from endpoints that show no secret; tokens and keys are in none of it.
 */
final class DebugCommand {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH-mm-ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Duration DURATION = Duration.ofMinutes(2);
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration METRICS_INTERVAL = Duration.ofSeconds(10);
  private static final Duration INTERVAL_MIN = Duration.ofMillis(100);
  private static final String METRICS = "metrics";

  private DebugCommand() {}

  static Command command() {
    return Command.named("debug", "Collects what helps to find a fault")
        .help(
            "Asks the server how it is every -interval for -duration, and writes the answers to"
                + " files. There are no secrets among them. Targets: "
                + String.join(", ", DebugTarget.NAMES)
                + ".",
            "  $ %s debug",
            "  $ %s debug -duration=1m -interval=10s -target=metrics -target=server-status")
        .flags(
            Flag.text("output", "The folder or archive to write; by default vault-debug-<time>."),
            Flag.onOff("compress", "Write a .tar.gz instead of a folder; by default it does."),
            Flag.duration("duration", "How long to go on; by default 2m."),
            Flag.duration("interval", "How long to wait in between; by default 30s."),
            Flag.duration("metrics-interval", "The same for metrics; by default 10s."),
            Flag.text("log-format", "Has no effect: logs are where the server writes them."),
            Flag.list("target", "What to collect; may be repeated; by default everything."))
        .runs(call -> run(call, Clock.systemUTC()));
  }

  private static int run(Invocation call, Clock clock) {
    Flags flags = call.flags();
    Instant start = clock.instant();
    boolean compress = !flags.isSet("compress") || flags.on("compress");
    String name = flags.find("output").orElse("vault-debug-" + STAMP.format(start));
    Path output = Path.of(DebugBundle.archiveName(name, compress));
    if (Files.exists(output)) {
      throw Failure.usage(output + " exists already: name another with -output");
    }
    List<DebugTarget> targets = DebugTarget.all(flags.list("target"));
    Schedule schedule =
        new Schedule(
            flags.duration("duration").orElse(DURATION),
            interval(flags, "interval", INTERVAL),
            interval(flags, "metrics-interval", METRICS_INTERVAL));
    DebugBundle bundle = new DebugBundle(call, start, schedule, targets);
    call.out()
        .line(
            "Collecting "
                + String.join(", ", targets.stream().map(DebugTarget::name).toList())
                + " for "
                + GoText.seconds(schedule.length.toSeconds()));
    collect(call, clock, bundle, schedule, targets);
    bundle.write(output, compress);
    call.out().line("Success! Bundle written to: " + output);
    return 0;
  }

  /** How long to collect, and how often. */
  record Schedule(Duration length, Duration interval, Duration metricsInterval) {}

  private static Duration interval(Flags flags, String flag, Duration otherwise) {
    Duration interval = flags.duration(flag).orElse(otherwise);
    if (interval.compareTo(INTERVAL_MIN) < 0) {
      throw Failure.usage("-" + flag + " must be at least 100ms");
    }
    return interval;
  }

  private static void collect(
      Invocation call,
      Clock clock,
      DebugBundle bundle,
      Schedule schedule,
      List<DebugTarget> targets) {
    Instant start = clock.instant();
    Instant end = start.plus(schedule.length);
    Instant nextOthers = start;
    Instant nextMetrics = start;
    for (Instant now = start; !now.isAfter(end); now = clock.instant()) {
      boolean others = !now.isBefore(nextOthers);
      boolean metrics = !now.isBefore(nextMetrics);
      for (DebugTarget target : targets) {
        boolean due = target.name().equals(METRICS) ? metrics : others;
        if (due && (now.equals(start) || !target.once())) {
          bundle.sample(target, now);
        }
      }
      if (others) {
        nextOthers = now.plus(schedule.interval);
        call.out().line("Collected at " + TimeText.format(now));
        call.streams().out().flush();
      }
      nextMetrics = metrics ? now.plus(schedule.metricsInterval) : nextMetrics;
      Instant next = nextOthers.isBefore(nextMetrics) ? nextOthers : nextMetrics;
      if (next.isAfter(end)) {
        return;
      }
      sleep(Duration.between(clock.instant(), next));
    }
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause.isNegative() ? Duration.ZERO : pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.remote("interrupted");
    }
  }
}
