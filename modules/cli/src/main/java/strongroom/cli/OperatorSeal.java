package strongroom.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/**
 * {@code operator seal}: seals the server; its words below look after what protects the root key.
 */
record OperatorSeal() implements CommandGroup {
  @Override
  public String path() {
    return "operator seal";
  }

  @Override
  public String summary() {
    return "Seals the server; shows and changes what protects its root key";
  }

  @Override
  public String help() {
    return "Without a further word it seals the server, which then forgets its keys and answers"
        + " nothing but its status until it is unsealed.";
  }

  @Override
  public List<String> names() {
    return List.of("inspect", "migrate", "prune", "rollback", "rotate");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "inspect" -> Optional.of(inspect());
      case "migrate" -> Optional.of(OperatorSealMigrate.command());
      case "prune" -> Optional.of(OperatorSealPrune.command());
      case "rotate" -> Optional.of(rotate());
      case "rollback" -> Optional.of(rollback());
      default -> Optional.empty();
    };
  }

  @Override
  public Optional<Command> itself() {
    return Optional.of(
        Command.named("operator seal", "Seals the server")
            .help(
                "The server forgets its keys and answers nothing but its status until it is"
                    + " unsealed.",
                "  $ %s operator seal")
            .runs(
                call -> {
                  ApiRequest request = ApiRequest.put("sys/seal", JsonObject.EMPTY);
                  Invocation.during("Error sealing", () -> call.client().send(request));
                  call.out().line("Success! Vault is sealed.");
                  return 0;
                }));
  }

  private static Command rotate() {
    return Command.named("operator seal rotate", "Wraps the root key by another key of the HSM")
        .help(
            "A key that is there, named by -label or -id, or one that is made with -generate, takes"
                + " over while the server serves. It has to unwrap what it wraps; if it cannot,"
                + " all stays as it is. Copies by the key before are kept. Needs sudo.",
            "  $ %s operator seal rotate -generate",
            "  $ %s operator seal rotate -name=hsm-a -id=0a1b")
        .flags(
            Flag.text("name", "The seal, where there are several."),
            Flag.text("label", "The key's label; by default the configured one."),
            Flag.text("id", "The key's id in hex; of a new key, by default random."),
            Flag.onOff("generate", "Make the key."))
        .runs(OperatorSeal::runRotate);
  }

  private static int runRotate(Invocation call) {
    JsonObject body =
        JsonObject.builder()
            .put("name", call.flags().text("name"))
            .put("label", call.flags().text("label"))
            .put("id", call.flags().text("id"))
            .put("generate", call.flags().on("generate"))
            .build();
    JsonObject data = send(call, "Error rotating the seal's key", "sys/seal/rotate", body);
    if (!call.out().table()) {
      call.out().value(data);
      return 0;
    }
    call.out().line("Success! " + wrapsBy(data));
    call.out()
        .line(
            "Copies by the key before are kept: \"operator seal inspect\" says which keys are"
                + " needed, \"operator seal rollback\" goes back.");
    return 0;
  }

  private static Command rollback() {
    return Command.named("operator seal rollback", "Goes back to the HSM key before the last one")
        .help(
            "Gives up a rotation that has not ended; where there is none, the key before the present"
                + " one takes over again, once its copy has opened. With -migration the seals, or"
                + " key shares, from before the last migration take over again. Needs sudo.",
            "  $ %s operator seal rollback",
            "  $ %s operator seal rollback -migration")
        .flags(
            Flag.text("name", "The seal, where there are several."),
            Flag.onOff("migration", "Undo the last migration."))
        .runs(OperatorSeal::runRollback);
  }

  private static int runRollback(Invocation call) {
    boolean migration = call.flags().on("migration");
    JsonObject body =
        migration
            ? JsonObject.builder().put("migration", true).build()
            : JsonObject.builder().put("name", call.flags().text("name")).build();
    JsonObject data = send(call, "Error rolling back", "sys/seal/rollback", body);
    if (!call.out().table()) {
      call.out().value(data);
      return 0;
    }
    if (migration) {
      call.out()
          .line(
              "Success! The migration was undone. Change the server's file back before the next"
                  + " start: until then it asks to migrate again.");
      return 0;
    }
    call.out()
        .line(
            Secret.is(data, "given_up")
                ? "Success! The rotation was given up; all is as before."
                : "Success! " + wrapsBy(data));
    return 0;
  }

  static JsonObject send(Invocation call, String doing, String path, JsonObject body) {
    JsonObject answer =
        Invocation.during(doing, () -> call.client().json(ApiRequest.put(path, body)));
    return Secret.object(answer, "data").orElse(answer);
  }

  private static String wrapsBy(JsonObject data) {
    return "The seal wraps by the key with label \""
        + Secret.text(data, "key_label")
        + "\" and id "
        + Secret.text(data, "key_id")
        + " now.";
  }

  private static Command inspect() {
    return Command.named("operator seal inspect", "Shows what wrapped the root key")
        .help(
            "Every wrapped copy of the root key and the recovery key, and which keys of HSMs and"
                + " key services are still needed to open them. It asks no HSM and shows no key."
                + " Needs sudo.",
            "With -config or -path it asks no server, but reads the data folder of one that does"
                + " not run, and changes nothing in it.",
            "  $ %s operator seal inspect",
            "  $ %s operator seal inspect -config=/etc/vault.d",
            "  $ %s operator seal inspect -path=/backup/data")
        .flags(
            Flag.list("config", "The file or folder that names data folder and seals."),
            Flag.text("path", "The data folder, instead of the one that -config names."))
        .runs(OperatorSeal::runInspect);
  }

  private static int runInspect(Invocation call) {
    JsonObject data = Invocation.during("Error inspecting the seals", () -> inspected(call));
    if (!call.out().table()) {
      call.out().value(data);
      return 0;
    }
    call.out().line(copies(data).render());
    call.out().line("");
    call.out().line(keys(data).render());
    return 0;
  }

  private static JsonObject inspected(Invocation call) {
    List<Path> files = call.flags().list("config").stream().map(Path::of).toList();
    String folder = call.flags().text("path");
    if (files.isEmpty() && folder.isEmpty()) {
      JsonObject answer = call.client().json(ApiRequest.get("sys/seal/inspect"));
      return Secret.object(answer, "data").orElse(answer);
    }
    return call.program()
        .folder()
        .inspect(folder.isEmpty() ? Optional.empty() : Optional.of(Path.of(folder)), files);
  }

  private static Table copies(JsonObject data) {
    return copies(objects(data, "copies"));
  }

  static Table copies(List<JsonObject> copies) {
    Table table =
        Table.titled(
            "Key", "Number", "State", "Seal", "Type", "Made", "Mechanism", "SHA-256 of the copy");
    for (JsonObject copy : copies) {
      table.row(
          Secret.text(copy, "key"),
          Secret.text(copy, "number"),
          Secret.text(copy, "state"),
          Secret.text(copy, "seal_name") + gone(copy),
          Secret.text(copy, "seal_type"),
          Secret.text(copy, "made_at"),
          Secret.text(copy, "mechanism"),
          Secret.text(copy, "sha256"));
    }
    return table;
  }

  private static String gone(JsonObject copy) {
    String by = Secret.text(copy, "opened_by");
    if (copy.member("configured").isEmpty() || Secret.is(copy, "configured")) {
      return "";
    }
    return by.isEmpty() ? " (not configured)" : " (opened by " + by + ")";
  }

  private static Table keys(JsonObject data) {
    Table table =
        Table.titled("Needed", "Copies", "Seal", "Type", "Key label", "Key id", "HSM serial");
    for (JsonObject key : objects(data, "keys")) {
      table.row(
          Secret.text(key, "needed"),
          Secret.text(key, "copies"),
          Secret.text(key, "seal_name"),
          Secret.text(key, "seal_type"),
          Secret.text(key, "key_label"),
          Secret.text(key, "key_id"),
          Secret.text(key, "serial"));
    }
    return table;
  }

  static List<JsonObject> objects(JsonObject data, String name) {
    return data
        .member(name)
        .filter(JsonArray.class::isInstance)
        .map(array -> ((JsonArray) array).items())
        .orElse(List.<JsonValue>of())
        .stream()
        .filter(JsonObject.class::isInstance)
        .map(JsonObject.class::cast)
        .toList();
  }
}
