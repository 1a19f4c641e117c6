package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import strongroom.migrate.Migration;
import strongroom.migrate.MigrationSettings;
import strongroom.migrate.Outcome;
import strongroom.migrate.Report;
import strongroom.migrate.ReportText;

/** {@code operator migrate}: moves what another server holds into this one, by the API of both. */
final class OperatorMigrate {
  private static final long PARALLEL_BY_DEFAULT = 8;
  private static final int SHOWN_MAX = 20;

  /** Flags of Vault's command of this name, which does something else. */
  private static final List<String> OF_VAULT = List.of("config", "start", "reset");

  private OperatorMigrate() {}

  static Command command() {
    return Command.named(
            "operator migrate", "Moves what a running Vault or OpenBao holds into Strongroom")
        .help(
            "Reads the source by its API and writes to the server at -address: policies, token roles,"
                + " mounts, and all keys of KV with their versions and metadata; then reads all of"
                + " it back from both and compares. The source is never written to. What cannot move"
                + " is listed with what to do.",
            "A second run goes on where the first was cut off, and brings what is new; what the"
                + " target has otherwise is left alone and reported, unless -overwrite is given.",
            "The exit code is 0 where all that can move is in place and the same, 2 where something"
                + " failed, differs, or the run ended early.",
            "Vault's command of this name moves the files of a stopped server from one storage to"
                + " another. This one needs both servers running, and no access to their disks.",
            "  $ export VAULT_SOURCE_ADDR=https://old:8200 VAULT_SOURCE_TOKEN=…",
            "  $ %s operator migrate -dry-run",
            "  $ %s operator migrate -report=migration.md")
        .flags(MigrationSource.FLAGS)
        .flags(
            Flag.onOff("dry-run", "Print the plan and what cannot move. Reads no secret."),
            Flag.onOff("overwrite", "Replace what the target has otherwise."),
            Flag.list("mount", "Move this mount of KV only, and no policies; may be repeated."),
            Flag.number("parallel", "How many keys at once, 1 to 64; by default 8.")
                .or("max-parallel"),
            Flag.text(
                "report", "Write a report, in JSON where the name ends in .json, else Markdown."),
            Flag.text("config", "None of this command's: see above."),
            Flag.text("start", "None of this command's: see above."),
            Flag.onOff("reset", "None of this command's: see above."))
        .runs(OperatorMigrate::run);
  }

  private static int run(Invocation call) {
    refuseVaults(call.flags());
    long parallel = call.flags().number("parallel", PARALLEL_BY_DEFAULT);
    if (parallel < 1 || parallel > MigrationSettings.PARALLEL_MAX) {
      throw Failure.usage("-parallel takes 1 to " + MigrationSettings.PARALLEL_MAX);
    }
    call.flags().find("report").ifPresent(OperatorMigrate::checkFolder);
    ClientSettings from = new MigrationSource(call).settings();
    ClientSettings to =
        ClientSettings.of(
            call.flags(),
            call.environment(),
            (client, request) -> {},
            call.program().version().product());
    List<String> mounts = call.flags().list("mount").stream().map(Paths::mount).toList();
    MigrationSettings settings =
        new MigrationSettings(
            from.address().toString(),
            to.address().toString(),
            call.flags().on("dry-run"),
            call.flags().on("overwrite"),
            (int) parallel,
            mounts,
            Duration.ofSeconds(call.streams().prompt().interactive() ? 1 : 10),
            line -> call.streams().err().println(line),
            Clock.systemUTC());
    Report report;
    try (KeptConnections source = new KeptConnections();
        KeptConnections target = new KeptConnections()) {
      report =
          new Migration(
                  new MigrationEnd(new ApiClient(from, source)),
                  new MigrationEnd(new ApiClient(to, target)),
                  settings)
              .run();
    } catch (IOException e) {
      throw Failure.remote("a connection could not be closed: " + e.getMessage());
    }
    call.flags().find("report").ifPresent(file -> write(Path.of(file), report));
    print(call, report);
    return report.complete() ? 0 : 2;
  }

  private static void refuseVaults(Flags flags) {
    for (String name : OF_VAULT) {
      if (flags.isSet(name)) {
        throw Failure.usage(
            "-"
                + name
                + " belongs to Vault's operator migrate, which copies the files of a stopped server"
                + " to another storage. Strongroom does not read Vault's files: start the old server"
                + " on its own storage, then move what it holds by \"operator migrate"
                + " -source-address=https://old:8200\" (docs/migrate.md). To move a Strongroom to"
                + " another disk, stop it and copy its data folder.");
      }
    }
  }

  /** Said before the run rather than after hours of it. */
  private static void checkFolder(String file) {
    Path folder = Path.of(file).toAbsolutePath().getParent();
    if (folder == null || !Files.isWritable(folder) || Files.isDirectory(Path.of(file))) {
      throw Failure.usage("cannot write the report " + file + ": is there such a folder?");
    }
  }

  private static void write(Path file, Report report) {
    String text =
        file.toString().toLowerCase(Locale.ROOT).endsWith(".json")
            ? JsonText.indented(ReportText.json(report)) + "\n"
            : ReportText.markdown(report);
    try {
      Path folder = file.toAbsolutePath().getParent();
      Path fresh =
          Files.createTempFile(
              folder,
              ".migration-report",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(fresh, text);
        Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw Failure.usage("cannot write the report " + file + ": " + e.getClass().getSimpleName());
    }
  }

  private static void print(Invocation call, Report report) {
    if (!call.out().table()) {
      call.out().value(ReportText.json(report));
      return;
    }
    Output out = call.out();
    Table sections =
        Table.titled("What", "Source", "Moved", "In Place", "Differs", "Failed", "Verified");
    for (Report.Section section : report.sections()) {
      sections.row(
          section.name(),
          Long.toString(section.found()),
          Long.toString(section.of(Outcome.MOVED)),
          Long.toString(section.of(Outcome.IN_PLACE)),
          Long.toString(section.of(Outcome.DIFFERS)),
          Long.toString(section.of(Outcome.FAILED)),
          Long.toString(section.verified()));
    }
    out.line(sections.render());
    if (!report.findings().isEmpty()) {
      Table findings = Table.titled("To look at", "Name", "Outcome", "Why");
      report.findings().stream()
          .limit(SHOWN_MAX)
          .forEach(f -> findings.row(f.section(), f.name(), f.outcome().word(), f.why()));
      out.line("\n" + findings.render());
      if (report.findings().size() > SHOWN_MAX) {
        out.line((report.findings().size() - SHOWN_MAX) + " more: see -report or -format=json.");
      }
    }
    if (!report.leftBehind().isEmpty()) {
      out.line("\nWhat could not move:");
      report
          .leftBehind()
          .forEach(left -> out.line("* " + left.what() + ": " + left.why() + "; " + left.advice()));
    }
    report
        .notes()
        .forEach(note -> out.line((note.equals(report.notes().getFirst()) ? "\n" : "") + note));
    out.line("\n" + ReportText.verdict(report));
  }
}
