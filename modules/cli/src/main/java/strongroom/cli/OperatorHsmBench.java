package strongroom.cli;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import strongroom.hsm.HsmBench;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeySearch;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;

/** {@code operator hsm bench}: calls per second by mechanism and by sessions at once. */
final class OperatorHsmBench {
  private static final int SESSIONS_MAX = 256;
  private static final int BAR_WIDTH = 30;
  private static final String DECRYPT = "decrypt ";

  private OperatorHsmBench() {}

  static Command command() {
    return Command.named(
            "operator hsm bench", "Measures calls per second by mechanism and by sessions")
        .help(
            "Uses the keys that the HSM token holds, and makes none. At a terminal it draws the"
                + " calls per second; with -format=json, or where the output goes elsewhere, it"
                + " gives the figures alone.",
            "  $ %s operator hsm bench -config=vault_config.hcl -threads=1,4,16")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(
            Flag.text("label", "Measure keys with this label only."),
            Flag.text("threads", "How many calls at once, one after the other; 1,2,4,8."),
            Flag.duration("duration", "How long each operation runs; by default 1s."))
        .runs(OperatorHsmBench::run);
  }

  /** What was measured with so many sessions. */
  private record Run(int sessions, HsmBench.Result result) {
    /** Whether both are of the same operation and key. */
    boolean measures(Run other) {
      return result.operation().equals(other.result().operation())
          && result.key().equals(other.result().key());
    }
  }

  /** All, with how long it took until the HSM token could be used. */
  private record Measured(Duration ready, List<Run> runs) {}

  private static int run(Invocation call) {
    List<Integer> sessions = sessions(call.flags().find("threads").orElse("1,2,4,8"));
    Duration each = call.flags().duration("duration").orElse(Duration.ofSeconds(1));
    KeySearch search = call.flags().find("label").map(KeySearch::byLabel).orElse(KeySearch.all());
    int most = sessions.stream().mapToInt(Integer::intValue).max().orElse(1);
    long start = System.nanoTime();
    Measured measured =
        new OperatorHsmTarget(call)
            .withToken(
                most,
                token -> {
                  List<HsmKey> keys = token.keys(search);
                  Duration ready = Duration.ofNanos(System.nanoTime() - start);
                  return new Measured(ready, measure(token, keys, sessions, each));
                });
    if (call.out().table()) {
      print(call, measured);
    } else {
      call.out().value(json(measured));
    }
    return 0;
  }

  private static List<Integer> sessions(String text) {
    List<Integer> sessions = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String number = part.strip();
      if (!number.matches("\\d{1,3}")
          || Integer.parseInt(number) < 1
          || Integer.parseInt(number) > SESSIONS_MAX) {
        throw Failure.usage(
            "-threads takes numbers from 1 to " + SESSIONS_MAX + ", such as 1,2,4,8");
      }
      sessions.add(Integer.parseInt(number));
    }
    return sessions;
  }

  private static List<Run> measure(
      HsmToken token, List<HsmKey> keys, List<Integer> sessions, Duration each) {
    List<Run> runs = new ArrayList<>();
    for (int parallel : sessions) {
      new HsmBench(token, each, parallel, new SecureRandom())
          .run(keys)
          .forEach(result -> runs.add(new Run(parallel, result)));
    }
    return runs;
  }

  private static void print(Invocation call, Measured measured) {
    Table table =
        Table.titled("Operation", "Key", "Sessions", "Calls/s", "p50", "p90", "p99", "Max");
    for (Run run : measured.runs()) {
      HsmBench.Result r = run.result();
      table.row(
          r.operation(),
          r.key(),
          Integer.toString(run.sessions()),
          perSecond(r),
          micros(r.p50()),
          micros(r.p90()),
          micros(r.p99()),
          micros(r.max()));
    }
    call.out().line(table.render());
    if (call.streams().prompt().interactive()) {
      call.out().line("");
      draw(call, measured.runs());
    }
    call.out().line("");
    Meaning.of(measured).forEach(line -> call.out().line(HelpText.wrap(line, "")));
  }

  private static void draw(Invocation call, List<Run> runs) {
    for (Run first : runs) {
      if (first.sessions() != runs.getFirst().sessions()) {
        continue;
      }
      List<Run> same = runs.stream().filter(run -> run.measures(first)).toList();
      double most = same.stream().mapToDouble(r -> r.result().callsPerSecond()).max().orElse(0);
      call.out().line((first.result().operation() + " " + first.result().key()).strip());
      for (Run run : same) {
        call.out()
            .line(
                String.format(
                    Locale.ROOT,
                    "  %3d %s %s/s",
                    run.sessions(),
                    Bars.of(run.result().callsPerSecond(), most, BAR_WIDTH),
                    perSecond(run.result())));
      }
    }
  }

  /** Those with the fewest sessions. */
  private static List<Run> oneByOne(List<Run> runs) {
    int least = runs.stream().mapToInt(Run::sessions).min().orElse(1);
    return runs.stream().filter(run -> run.sessions() == least).toList();
  }

  /** What the figures say about a server. */
  private static final class Meaning {
    private Meaning() {}

    static List<String> of(Measured measured) {
      List<String> lines = new ArrayList<>();
      lines.add(
          "Start: library, login and keys took "
              + measured.ready().toMillis()
              + " ms here; a start waits for that once, and answers sys/health meanwhile.");
      oneByOne(measured.runs()).stream()
          .filter(run -> run.result().operation().startsWith(DECRYPT))
          .forEach(run -> lines.addAll(unseal(run, fastest(run, measured.runs()))));
      return lines;
    }

    private static List<String> unseal(Run alone, Run fastest) {
      HsmBench.Result result = alone.result();
      String mechanism = result.operation().substring(DECRYPT.length());
      String hmac = mechanism.contains("CBC") ? " and an HMAC" : "";
      return List.of(
          mechanism
              + " with key \""
              + result.key()
              + "\": unsealing takes one such call"
              + hmac
              + ", about "
              + micros(result.p50())
              + ". Wrapping a new root key, and each probe of the seal's health (every 5 s unless"
              + " health_check_interval says otherwise), encrypts and decrypts once.",
          "Reads and writes of secrets ask no HSM, seal wrap or not. A server that had it wrap each"
              + " entry would ask it for each: "
              + perSecond(result)
              + " a second with "
              + sessions(alone)
              + ", "
              + perSecond(fastest.result())
              + " with "
              + sessions(fastest)
              + ".");
    }

    private static String sessions(Run run) {
      return run.sessions() + (run.sessions() == 1 ? " session" : " sessions");
    }

    private static Run fastest(Run like, List<Run> runs) {
      return runs.stream()
          .filter(run -> run.measures(like))
          .max(Comparator.comparingDouble(run -> run.result().callsPerSecond()))
          .orElse(like);
    }
  }

  private static JsonObject json(Measured measured) {
    return JsonObject.builder()
        .put("ready_micros", measured.ready().toNanos() / 1000)
        .put(
            "operations",
            OperatorHsm.array(measured.runs().stream().map(OperatorHsmBench::json).toList()))
        .build();
  }

  private static JsonObject json(Run run) {
    HsmBench.Result result = run.result();
    return JsonObject.builder()
        .put("operation", result.operation())
        .put("key", result.key())
        .put("sessions", run.sessions())
        .put("calls", result.calls())
        .put("calls_per_second", JsonNumber.of(Math.round(result.callsPerSecond())))
        .put("p50_micros", result.p50().toNanos() / 1000)
        .put("p90_micros", result.p90().toNanos() / 1000)
        .put("p99_micros", result.p99().toNanos() / 1000)
        .put("max_micros", result.max().toNanos() / 1000)
        .build();
  }

  private static String perSecond(HsmBench.Result result) {
    return String.format(Locale.ROOT, "%.0f", result.callsPerSecond());
  }

  private static String micros(Duration duration) {
    return duration.toNanos() / 1000 + " µs";
  }
}
