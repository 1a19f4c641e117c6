package strongroom.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenSettings;
import strongroom.hsm.doctor.Conformance;
import strongroom.hsm.doctor.ConformanceCheck;
import strongroom.hsm.doctor.ConformanceReport;

/** {@code operator hsm conformance}: whether an HSM can do all that the server needs. */
final class OperatorHsmConformance {
  private static final int SESSIONS = 8;

  private OperatorHsmConformance() {}

  static Command command() {
    return Command.named("operator hsm conformance", "Tries all that is needed on an HSM")
        .help(
            "Makes keys whose labels begin with "
                + Conformance.LABEL_PREFIX
                + ", tries everything that the seal and managed keys need, and destroys them again."
                + " The report names no key of yours, no serial number and no PIN, so that it can be"
                + " sent. The exit code is 2 where the HSM cannot carry the seal or gives wrong"
                + " results.",
            "  $ %s operator hsm conformance -config=vault_config.hcl -report=my-hsm")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(Flag.text("report", "Write REPORT.md and REPORT.json; they must not be there yet."))
        .runs(OperatorHsmConformance::run);
  }

  private static int run(Invocation call) {
    OperatorHsmTarget target = new OperatorHsmTarget(call);
    call.flags().find("report").ifPresent(OperatorHsmConformance::requireFree);
    ConformanceReport report =
        target.withLibrary(
            library -> {
              SlotChoice choice = target.choice(library.slots());
              return conformance(call).run(library, () -> token(library, choice, target));
            });
    call.flags().find("report").ifPresent(name -> write(name, report));
    if (call.out().table()) {
      call.out().line(table(report).render());
      call.out().line("");
      call.out()
          .line(
              report.sealWays().isEmpty()
                  ? "This HSM cannot carry the seal."
                  : "Carries the seal by: " + String.join("; ", report.sealWays()));
      if (!report.failures().isEmpty()) {
        call.out()
            .line(
                "Wrong results: "
                    + report.failures().stream()
                        .map(ConformanceCheck::name)
                        .collect(Collectors.joining("; ")));
      }
    } else {
      call.out().value(report.toJson());
    }
    return report.conforms() ? 0 : 2;
  }

  private static Conformance conformance(Invocation call) {
    String product = "Strongroom " + call.program().version().product();
    return new Conformance(product, Clock.systemUTC(), new SecureRandom());
  }

  private static HsmToken token(HsmLibrary library, SlotChoice choice, OperatorHsmTarget target) {
    return library.token(
        choice,
        target.pins(),
        new TokenSettings(OptionalInt.of(SESSIONS), target.callMax(), false, true));
  }

  private static Table table(ConformanceReport report) {
    Table table = Table.titled("Area", "What Was Tried", "Outcome", "What Was Seen");
    report.checks().forEach(c -> table.row(c.area(), c.name(), c.outcome().word(), c.text()));
    return table;
  }

  private static Path page(String name) {
    return Path.of(name + ".md");
  }

  private static Path data(String name) {
    return Path.of(name + ".json");
  }

  /** Before the HSM is asked for anything. */
  private static void requireFree(String name) {
    for (Path file : List.of(page(name), data(name))) {
      if (Files.exists(file)) {
        throw there(file);
      }
    }
  }

  private static Failure there(Path file) {
    return Failure.usage(file + " is there already, and was not changed");
  }

  private static void write(String name, ConformanceReport report) {
    write(page(name), report.markdown());
    write(data(name), JsonText.indented(report.toJson()) + "\n");
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } catch (FileAlreadyExistsException e) {
      throw there(file);
    } catch (IOException e) {
      throw Failure.usage(file + " cannot be written: " + e.getMessage());
    }
  }
}
