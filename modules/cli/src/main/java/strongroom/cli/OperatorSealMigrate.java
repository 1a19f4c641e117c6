package strongroom.cli;

import java.util.List;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;

/** {@code operator seal migrate}: moves the root key to the seals that the file names now. */
final class OperatorSealMigrate {
  private static final String PATH = "sys/seal/migrate";

  private OperatorSealMigrate() {}

  static Command command() {
    return Command.named("operator seal migrate", "Moves the root key to the seals in the file")
        .arguments("[KEY]", 0, 1)
        .help(
            "Change the seal stanzas of the server's file, send the server SIGHUP, and look with"
                + " -dry-run, which asks every seal and changes nothing. Then run it once a share of"
                + " the key that decides now, an unseal key or a recovery key, until there are"
                + " enough; the shares stay the same, and are of the other kind afterwards. Without"
                + " KEY it asks for the share; - reads it from standard input. The server goes on"
                + " serving. \"operator seal rollback -migration\" goes back. Needs sudo.",
            "  $ %s operator seal migrate -dry-run",
            "  $ %s operator seal migrate")
        .flags(
            Flag.onOff("dry-run", "Ask the seals whether it could be done, and change nothing."),
            Flag.onOff("status", "Show how many shares have been given."),
            Flag.onOff("reset", "Forget the shares given so far."))
        .runs(OperatorSealMigrate::run);
  }

  private static int run(Invocation call) {
    if (call.flags().on("dry-run")) {
      return dryRun(call);
    }
    if (call.flags().on("status")) {
      return show(call, status(call));
    }
    if (call.flags().on("reset")) {
      return show(
          call,
          OperatorSeal.send(
              call,
              "Error forgetting the shares",
              PATH,
              JsonObject.builder().put("reset", true).build()));
    }
    JsonObject.Builder body = JsonObject.builder();
    if (Secret.number(status(call), "t").orElse(0) > 0) {
      body.put("key", OperatorUnseal.share(call, 0, "Unseal or Recovery Key (will be hidden): "));
    }
    return show(call, OperatorSeal.send(call, "Error migrating the seal", PATH, body.build()));
  }

  private static JsonObject status(Invocation call) {
    JsonObject answer =
        Invocation.during(
            "Error asking for the migration", () -> call.client().json(ApiRequest.get(PATH)));
    return Secret.object(answer, "data").orElse(answer);
  }

  private static int show(Invocation call, JsonObject data) {
    if (!call.out().table()) {
      call.out().value(data);
      return 0;
    }
    if (Secret.is(data, "migrated")) {
      call.out().line("Success! The root key is protected by " + end(data, "from") + " now.");
      call.out()
          .line(
              "The copies from before are kept: \"operator seal inspect\" shows them, \"operator"
                  + " seal rollback -migration\" goes back.");
      return 0;
    }
    call.out().line(table(data).render());
    return 0;
  }

  private static Table table(JsonObject data) {
    return Table.titled("Key", "Value")
        .row("Protected by", end(data, "from"))
        .row(
            "File asks for",
            Secret.is(data, "configured") ? end(data, "to") : "the same: nothing to migrate")
        .row("Shares given", Secret.text(data, "progress") + "/" + Secret.text(data, "t"));
  }

  private static String end(JsonObject data, String name) {
    JsonObject end = Secret.object(data, name).orElse(JsonObject.EMPTY);
    List<String> seals = Secret.strings(end, "seals");
    return Secret.text(end, "type")
        + (seals.isEmpty() ? "" : " (" + String.join(", ", seals) + ")");
  }

  private static int dryRun(Invocation call) {
    JsonObject data =
        OperatorSeal.send(
            call,
            "Error trying the migration",
            PATH,
            JsonObject.builder().put("dry_run", true).build());
    boolean possible = Secret.is(data, "possible");
    if (!call.out().table()) {
      call.out().value(data);
      return possible ? 0 : 2;
    }
    call.out().line(table(data).render());
    call.out().line("");
    call.out().line(proofs(data).render());
    call.out().line("");
    String hindrance = Secret.text(data, "hindrance");
    if (!hindrance.isEmpty()) {
      call.out().line("Impossible: " + hindrance);
    }
    call.out()
        .line(
            possible
                ? "Nothing was changed. It can be done with "
                    + Secret.text(data, "t")
                    + " of "
                    + Secret.text(data, "n")
                    + " shares: \"operator seal migrate\"."
                : "Nothing was changed. Mend what is bad first.");
    return possible ? 0 : 2;
  }

  private static Table proofs(JsonObject data) {
    Table table = Table.titled("Side", "Seal", "Type", "State", "It says");
    data.member("proofs")
        .filter(JsonArray.class::isInstance)
        .ifPresent(
            array ->
                ((JsonArray) array)
                    .items().stream()
                        .filter(JsonObject.class::isInstance)
                        .map(JsonObject.class::cast)
                        .forEach(
                            proof ->
                                table.row(
                                    Secret.text(proof, "side"),
                                    Secret.text(proof, "seal_name"),
                                    Secret.text(proof, "seal_type"),
                                    Secret.is(proof, "good") ? "good" : "BAD",
                                    Secret.text(proof, "message"))));
    return table;
  }
}
