package strongroom.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Collectors;
import strongroom.ceremony.CeremonyCheck;
import strongroom.ceremony.CeremonyEntry;
import strongroom.ceremony.CeremonyFault;
import strongroom.ceremony.CeremonyHead;
import strongroom.ceremony.CeremonyKey;
import strongroom.ceremony.CeremonyPage;
import strongroom.ceremony.SignedEntry;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** {@code operator ceremony}: the record of what was done to the keys. */
record OperatorCeremony() implements CommandGroup {
  private static final List<Flag> FLAGS =
      List.of(
          Flag.text(
              "file", "Read the record from what \"list -format=json\" has written, not a server."),
          Flag.text(
              "fingerprint", "The fingerprint that was noted: the record must be of this key."),
          Flag.number("count", "A number of entries that was noted."),
          Flag.text("hash", "The hash of the last one of these."));

  @Override
  public String path() {
    return "operator ceremony";
  }

  @Override
  public String summary() {
    return "Show, check and print the record of what was done to the keys";
  }

  @Override
  public String help() {
    return "Initialization, rotations, rekeys and what else is done to the keys is recorded, signed"
        + " and chained. Note the fingerprint, the number of entries and the hash of the last one"
        + " outside of the system. Needs sudo.";
  }

  @Override
  public List<String> names() {
    return List.of("list", "print", "verify");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "list" ->
          Optional.of(
              Command.named("operator ceremony list", "Lists what was done to the keys")
                  .help("  $ %s operator ceremony list")
                  .flags(FLAGS)
                  .runs(OperatorCeremony::list));
      case "print" ->
          Optional.of(
              Command.named("operator ceremony print", "Prints the record as a page of text")
                  .help("  $ %s operator ceremony print > ceremonies.txt")
                  .flags(FLAGS)
                  .runs(OperatorCeremony::print));
      case "verify" ->
          Optional.of(
              Command.named("operator ceremony verify", "Checks the record")
                  .help(
                      "Checks here, not on the server, every signature, the order and the end; and"
                          + " has the server ask its HSMs for their part, unless -file is given."
                          + " The exit code is 2 where anything is wrong.",
                      "  $ %s operator ceremony verify -count=3 -hash=0a1b…")
                  .flags(FLAGS)
                  .runs(OperatorCeremony::verify));
      default -> Optional.empty();
    };
  }

  /** A record as it was read, with what is wrong with it. */
  private record Read(
      JsonObject data,
      List<SignedEntry> entries,
      Optional<CeremonyHead> head,
      byte[] publicHalf,
      List<String> problems) {}

  private static Read read(Invocation call, boolean askHsms) {
    JsonObject data =
        call.flags()
            .find("file")
            .map(OperatorCeremony::ofFile)
            .orElseGet(() -> ofServer(call, askHsms));
    try {
      List<SignedEntry> entries = new ArrayList<>();
      if (data.member("entries").orElse(null) instanceof JsonArray array) {
        for (JsonValue item : array.items()) {
          entries.add(SignedEntry.of(item instanceof JsonObject o ? o : JsonObject.EMPTY));
        }
      }
      Optional<CeremonyHead> head = Secret.object(data, "head").map(CeremonyHead::of);
      byte[] key = Base64.getDecoder().decode(Secret.text(data, "public_key"));
      List<String> problems =
          new ArrayList<>(CeremonyCheck.problems(entries, head, key, anchor(call)));
      String noted = call.flags().text("fingerprint").toLowerCase(Locale.ROOT);
      if (!noted.isEmpty() && !noted.equals(CeremonyKey.fingerprint(key))) {
        problems.add("the record is signed by another key than the one that was noted");
      }
      return new Read(data, entries, head, key, problems);
    } catch (CeremonyFault | IllegalArgumentException e) {
      throw Failure.remote("This is no record of ceremonies: " + e.getMessage());
    }
  }

  private static Optional<CeremonyCheck.Anchor> anchor(Invocation call) {
    return call.flags()
        .find("hash")
        .map(
            hash ->
                new CeremonyCheck.Anchor(
                    call.flags().number("count", 0), hash.toLowerCase(Locale.ROOT)));
  }

  private static JsonObject ofFile(String name) {
    try {
      return Json.parseObject(Files.readAllBytes(Path.of(name)));
    } catch (IOException e) {
      throw Failure.usage("The file " + name + " cannot be read: " + e.getMessage());
    } catch (Json.MalformedJson e) {
      throw Failure.usage("The file " + name + " is no JSON");
    }
  }

  private static JsonObject ofServer(Invocation call, boolean askHsms) {
    ApiRequest request =
        askHsms
            ? ApiRequest.put("sys/ceremony/verify", JsonObject.EMPTY)
            : ApiRequest.get("sys/ceremony");
    JsonObject answer =
        Invocation.during(
            "Error reading the record of ceremonies", () -> call.client().json(request));
    return Secret.object(answer, "data").orElse(answer);
  }

  private static int list(Invocation call) {
    Read record = read(call, false);
    if (!call.out().table()) {
      call.out().value(record.data());
    } else {
      Table table = Table.titled("Number", "Time", "Ceremony", "HSM Serial", "Details");
      record.entries().forEach(entry -> row(table, entry));
      call.out().line(table.render());
      call.out().line("");
      call.out().line("Fingerprint: " + CeremonyKey.fingerprint(record.publicHalf()));
      record.head().ifPresent(h -> call.out().line("Last entry:  " + h.hash()));
    }
    return wrong(call, record);
  }

  private static void row(Table table, SignedEntry signed) {
    try {
      CeremonyEntry entry = signed.entry();
      table.row(
          Long.toString(entry.number()),
          entry.timeText(),
          entry.event(),
          entry.seals().stream()
              .map(seal -> seal.getOrDefault("serial", ""))
              .filter(serial -> !serial.isEmpty())
              .distinct()
              .collect(Collectors.joining(", ")),
          details(entry.details()));
    } catch (CeremonyFault e) {
      table.row("?", "", "cannot be read", "", String.valueOf(e.getMessage()));
    }
  }

  private static String details(SortedMap<String, String> details) {
    return details.entrySet().stream()
        .map(e -> e.getKey() + "=" + e.getValue())
        .collect(Collectors.joining(" "))
        .replaceAll("\\p{Cntrl}", "?");
  }

  private static int print(Invocation call) {
    Read record = read(call, false);
    call.out()
        .line(
            CeremonyPage.of(
                record.entries(), record.head(), record.publicHalf(), record.problems()));
    return record.problems().isEmpty() ? 0 : 2;
  }

  private static int verify(Invocation call) {
    boolean ofServer = call.flags().find("file").isEmpty();
    Read record = read(call, ofServer);
    boolean proofsRight = !ofServer || Secret.is(record.data(), "hsm_proofs_right");
    List<String> problems = new ArrayList<>(record.problems());
    if (!proofsRight) {
      problems.add("what an HSM has wrapped of an entry is not that entry: see hsm_proofs");
    }
    if (!call.out().table()) {
      JsonObject.Builder body =
          JsonObject.builder()
              .put("valid", problems.isEmpty())
              .put("problems", problems)
              .put("entries", record.entries().size())
              .put("fingerprint", CeremonyKey.fingerprint(record.publicHalf()))
              .put("hash", record.head().map(CeremonyHead::hash).orElse(""));
      record.data().member("hsm_proofs").ifPresent(proofs -> body.put("hsm_proofs", proofs));
      call.out().value(body.build());
      return problems.isEmpty() ? 0 : 2;
    }
    if (problems.isEmpty()) {
      call.out()
          .line(
              "The record is right: "
                  + record.entries().size()
                  + " entries, signed by "
                  + CeremonyKey.fingerprint(record.publicHalf()));
      record.head().ifPresent(h -> call.out().line("Last entry: " + h.hash()));
      return 0;
    }
    return tell(call, problems);
  }

  private static int wrong(Invocation call, Read record) {
    return record.problems().isEmpty() ? 0 : tell(call, record.problems());
  }

  private static int tell(Invocation call, List<String> problems) {
    call.out().error("THE RECORD IS NOT RIGHT:");
    problems.forEach(problem -> call.out().error("  * " + problem));
    return 2;
  }
}
