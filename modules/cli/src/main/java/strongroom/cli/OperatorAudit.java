package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import strongroom.audit.ChainCheck;
import strongroom.logical.JsonObject;

/** {@code operator audit}: whether audit files are as the server wrote them. */
record OperatorAudit() implements CommandGroup {
  @Override
  public String path() {
    return "operator audit";
  }

  @Override
  public String summary() {
    return "Checks the files of audit devices";
  }

  @Override
  public List<String> names() {
    return List.of("verify");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return name.equals("verify") ? Optional.of(verify()) : Optional.empty();
  }

  private static Command verify() {
    return Command.named("operator audit verify", "Finds what was changed in audit files")
        .arguments("PATH FILE...", 2, Integer.MAX_VALUE)
        .help(
            "PATH is a device with tamper_evident = \"true\"; its key and the place of its last line"
                + " come from the server. Files are given oldest first, the one being written"
                + " last. Ends with 2 where a line was changed, removed, moved or added.",
            "  $ %s operator audit verify file/ audit.log.1 audit.log")
        .runs(OperatorAudit::run);
  }

  private static int run(Invocation call) {
    String path = Paths.sanitize(Paths.mount(call.argument(0)));
    // What is written while files are read comes behind this place, and is none the worse for it.
    JsonObject chain =
        Invocation.during(
                "Error reading the device's chain",
                () -> call.client().secret(ApiRequest.get("sys/audit-chain/" + path)))
            .map(Secret::data)
            .orElseThrow(() -> Failure.remote("the server tells nothing of the device's chain"));
    ChainCheck check =
        new ChainCheck(
            Base64.getDecoder().decode(Secret.text(chain, "key")),
            Secret.number(chain, "sequence").orElse(0),
            Secret.text(chain, "mac"));
    for (int i = 1; i < call.arguments().size(); i++) {
      read(check, call.argument(i));
    }
    ChainCheck.Report report = check.report();
    if (call.out().table()) {
      report.findings().forEach(call.out()::line);
      call.out()
          .line(
              report.intact()
                  ? "Intact: lines " + report.first() + " to " + report.last()
                  : "Not intact: " + report.lines() + " lines were read");
    } else {
      call.out()
          .value(
              JsonObject.builder()
                  .put("intact", report.intact())
                  .put("lines", report.lines())
                  .put("first", report.first())
                  .put("last", report.last())
                  .put("findings", report.findings())
                  .build());
    }
    return report.intact() ? 0 : 2;
  }

  private static void read(ChainCheck check, String name) {
    try {
      check.read(name, Files.newInputStream(Path.of(name)));
    } catch (IOException e) {
      throw Failure.usage("The file " + name + " cannot be read: " + e);
    }
  }
}
