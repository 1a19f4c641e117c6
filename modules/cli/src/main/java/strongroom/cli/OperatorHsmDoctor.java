package strongroom.cli;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.hsm.doctor.Doctor;
import strongroom.hsm.doctor.Finding;
import strongroom.hsm.doctor.Patient;
import strongroom.hsm.doctor.Report;
import strongroom.hsm.doctor.Severity;
import strongroom.logical.JsonObject;
import strongroom.seal.pkcs11.Pkcs11SealSettings;

/** {@code operator hsm doctor}: what is wrong with the HSMs of one or several nodes. */
final class OperatorHsmDoctor {
  private static final int FAULTS = 2;
  private static final int WARNINGS = 3;

  private OperatorHsmDoctor() {}

  static Command command() {
    return Command.named("operator hsm doctor", "Says what is wrong with the HSMs of all nodes")
        .help(
            "Each -config is a node: its file or folder. Looks at library, slot, PIN, keys and who"
                + " made them, mechanisms, clock, latency, sessions and randomness of its HSM, and"
                + " whether all HSMs hold the same key: what one has wrapped must open in the"
                + " others. Changes nothing, and gives no PIN twice that was refused.",
            "The exit code is 0 where all is well, 3 with warnings, 2 with faults, 1 where it could"
                + " not look.",
            "  $ %s operator hsm doctor -config=node-a.hcl -config=node-b.hcl",
            "  $ %s operator hsm doctor -config=/etc/vault.d -format=json")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(Flag.text("key-label", "The key's label. VAULT_HSM_KEY_LABEL."))
        .runs(OperatorHsmDoctor::run);
  }

  private static int run(Invocation call) {
    List<Patient> patients = new ArrayList<>();
    for (Map.Entry<String, OperatorHsmTarget> node : OperatorHsmTarget.each(call).entrySet()) {
      Pkcs11SealSettings settings = node.getValue().settings();
      patients.add(new Patient(node.getKey(), settings.name(), settings, node.getValue().pins()));
    }
    List<Report> reports = new Doctor(Clock.systemUTC(), new SecureRandom()).examine(patients);
    Severity worst = Doctor.worst(reports);
    int code =
        switch (worst) {
          case FINE, NOTE -> 0;
          case WARNING -> WARNINGS;
          case FAULT -> FAULTS;
        };
    if (call.out().table()) {
      reports.forEach(report -> print(call, report));
      call.out().line(summary(reports, worst));
    } else {
      call.out()
          .value(
              JsonObject.builder()
                  .put("worst", worst.word())
                  .put("exit_code", code)
                  .put("nodes", OperatorHsm.array(reports.stream().map(Report::toJson).toList()))
                  .build());
    }
    return code;
  }

  private static void print(Invocation call, Report report) {
    call.out().line(report.node());
    for (Finding finding : report.findings()) {
      String head = "  " + pad(mark(finding.severity()), 6) + pad(finding.area(), 12);
      String indent = " ".repeat(head.length());
      call.out().line(head + HelpText.wrap(finding.text(), indent).stripLeading());
      if (!finding.advice().isEmpty()) {
        call.out().line(HelpText.wrap("→ " + finding.advice(), indent));
      }
    }
    call.out().line("");
  }

  private static String mark(Severity severity) {
    return switch (severity) {
      case FINE -> "good";
      case NOTE -> "note";
      case WARNING -> "WARN";
      case FAULT -> "BAD";
    };
  }

  private static String pad(String text, int width) {
    return text + " ".repeat(Math.max(1, width - text.length()));
  }

  private static String summary(List<Report> reports, Severity worst) {
    long warnings = count(reports, Severity.WARNING);
    long faults = count(reports, Severity.FAULT);
    return worst.compareTo(Severity.WARNING) < 0
        ? "All is well."
        : counted(faults, "fault") + ", " + counted(warnings, "warning") + ".";
  }

  private static String counted(long count, String what) {
    return count + " " + what + (count == 1 ? "" : "s");
  }

  private static long count(List<Report> reports, Severity severity) {
    return reports.stream()
        .flatMap(report -> report.findings().stream())
        .filter(finding -> finding.severity() == severity)
        .count();
  }
}
