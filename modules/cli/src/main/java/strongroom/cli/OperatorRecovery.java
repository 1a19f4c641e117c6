package strongroom.cli;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * {@code operator recovery}: the break-glass copy of the root key, for when the seal's key is lost
 * for good. Not the recovery keys, which authorise and decrypt nothing.
 */
record OperatorRecovery() implements CommandGroup {
  private static final String CREATE = "sys/break-glass/create";
  private static final String VERIFY = "sys/break-glass/verify";
  private static final String UNSEAL = "sys/break-glass/unseal";

  @Override
  public String path() {
    return "operator recovery";
  }

  @Override
  public String summary() {
    return "Break-glass: unseal when the seal's key is lost for good";
  }

  @Override
  public String help() {
    return "A break-glass copy of the root key opens by shares of its own, without the HSM. It is"
        + " made while all is well (create), tried by a drill (verify), and used when the HSM is"
        + " lost for good (unseal). The recovery keys of \"operator init\" cannot do that: they"
        + " authorise, and alone cannot decrypt.";
  }

  @Override
  public List<String> names() {
    return List.of("create", "delete", "status", "unseal", "verify");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "create" -> Optional.of(create());
      case "verify" -> Optional.of(verify());
      case "unseal" -> Optional.of(unseal());
      case "status" -> Optional.of(status());
      case "delete" -> Optional.of(delete());
      default -> Optional.empty();
    };
  }

  private static Command create() {
    return Command.named("operator recovery create", "Makes a break-glass copy of the root key")
        .arguments("[KEY]", 0, 1)
        .help(
            "Start it with -init; then holders of recovery keys (of unseal keys, where those"
                + " unseal) run it with a share each. The last one gets the new break-glass"
                + " shares. They take the place of those before. Needs a token with sudo; where"
                + " there are no recovery keys, a root token alone.",
            "  $ %s operator recovery create -init -key-shares=5 -key-threshold=3",
            "  $ %s operator recovery create -init -key-shares=2 -key-threshold=2"
                + " -pgp-keys=alice.asc,bob.asc",
            "  $ %s operator recovery create")
        .flags(
            Flag.onOff("init", "Start."),
            Flag.onOff("cancel", "Stop and forget the shares given so far."),
            Flag.onOff("status", "Print how far it is."),
            Flag.number("key-shares", "How many break-glass shares; by default 5.").or("n"),
            Flag.number("key-threshold", "How many of them unseal; by default 3.").or("t"),
            Flag.text("nonce", "The nonce that -init printed."),
            Flag.text("pgp-keys", "Files with PGP keys, one for each share's holder."))
        .runs(OperatorRecovery::runCreate);
  }

  private static int runCreate(Invocation call) {
    Flags flags = call.flags();
    String doing = "Error making a break-glass copy";
    if (flags.on("cancel")) {
      Invocation.during(doing, () -> call.client().send(ApiRequest.delete(CREATE)));
      call.out().line("Success! Canceled (if it was started)");
      return 0;
    }
    if (flags.on("init")) {
      JsonObject.Builder body =
          JsonObject.builder()
              .put("secret_shares", flags.number("key-shares", 5))
              .put("secret_threshold", flags.number("key-threshold", 3));
      List<String> keys = PgpKeyFiles.all(flags.text("pgp-keys"));
      if (!keys.isEmpty()) {
        body.put("pgp_keys", keys);
      }
      return printCreation(call, data(call, doing, ApiRequest.put(CREATE, body.build())));
    }
    JsonObject now = data(call, doing, ApiRequest.get(CREATE));
    if (flags.on("status")) {
      return printCreation(call, now);
    }
    if (!Secret.is(now, "started")) {
      throw Failure.usage(
          "None is being made. Start by \""
              + call.program().name()
              + " operator recovery create -init\".");
    }
    return printCreation(call, give(call, now, CREATE + "/update", "Recovery Key"));
  }

  /** Sends one share, with the nonce that is given or, where a person is asked, the present one. */
  private static JsonObject give(Invocation call, JsonObject now, String path, String keyName) {
    boolean asks = call.arguments().isEmpty();
    String nonce = asks ? Secret.text(now, "nonce") : call.flags().text("nonce");
    if (asks && !nonce.isEmpty()) {
      call.out().note("Operation nonce: " + nonce);
    }
    String key = OperatorUnseal.share(call, 0, keyName + " (will be hidden): ");
    JsonObject body = JsonObject.builder().put("key", key).put("nonce", nonce).build();
    return data(call, "Error giving a share", ApiRequest.put(path, body));
  }

  private static int printCreation(Invocation call, JsonObject answer) {
    if (!call.out().table()) {
      call.out().value(answer);
      return 0;
    }
    if (!Secret.is(answer, "complete")) {
      call.out().line(progress(answer, Secret.text(answer, "required")).render());
      return 0;
    }
    List<String> keys = Secret.strings(answer, "keys_base64");
    List<String> fingerprints = Secret.strings(answer, "pgp_fingerprints");
    for (int i = 0; i < keys.size(); i++) {
      String holder = i < fingerprints.size() ? " for " + fingerprints.get(i) : "";
      call.out().line("Break-Glass Share " + (i + 1) + holder + ": " + keys.get(i));
    }
    call.out()
        .line(
            "\n"
                + HelpText.wrap(
                    "The shares are printed this once. Enough of them open the root key without"
                        + " the HSM: give each to another person, and keep them apart from the"
                        + " recovery keys. Try them now: \"operator recovery verify\".",
                    ""));
    return 0;
  }

  private static Table progress(JsonObject answer, String needed) {
    return Table.titled("Key", "Value")
        .row("Nonce", Secret.text(answer, "nonce"))
        .row("Progress", Secret.number(answer, "progress").orElse(0) + "/" + needed)
        .row("Break-Glass Shares", Secret.text(answer, "n"))
        .row("Break-Glass Threshold", Secret.text(answer, "t"));
  }

  private static Command verify() {
    return Command.named("operator recovery verify", "The drill: do the break-glass shares work?")
        .arguments("[KEY]", 0, 1)
        .help(
            "Run once a share, until there are enough. The server then says whether they would"
                + " open the root key, and changes nothing. The exit code is 2 where they would"
                + " not. Needs sudo.",
            "  $ %s operator recovery verify")
        .flags(
            Flag.onOff("reset", "Forget the shares given so far."),
            Flag.onOff("status", "Print how far it is."),
            Flag.text("nonce", "The drill's nonce, which the first share's answer has."))
        .runs(OperatorRecovery::runVerify);
  }

  private static int runVerify(Invocation call) {
    String doing = "Error in the drill";
    if (call.flags().on("reset")) {
      Invocation.during(doing, () -> call.client().send(ApiRequest.delete(VERIFY)));
      call.out().line("Success! The shares given so far are forgotten.");
      return 0;
    }
    JsonObject now = data(call, doing, ApiRequest.get(VERIFY));
    JsonObject answer =
        call.flags().on("status") ? now : give(call, now, VERIFY, "Break-Glass Share");
    boolean complete = Secret.is(answer, "complete");
    boolean opens = Secret.is(answer, "opens");
    if (!call.out().table()) {
      call.out().value(answer);
    } else if (complete) {
      call.out()
          .line(
              opens
                  ? "YES: these shares would open the root key. Nothing was changed."
                  : "NO: these shares do not open the root key. Nothing was changed.");
    } else {
      call.out().line(progress(answer, Secret.text(answer, "t")).render());
    }
    return complete && !opens ? 2 : 0;
  }

  private static Command unseal() {
    return Command.named("operator recovery unseal", "Unseals without the HSM, which is lost")
        .arguments("[KEY]", 0, 1)
        .help(
            "Run once a break-glass share, against the sealed server, until there are enough. It"
                + " needs no token and is logged loudly. Afterwards give the server a seal that"
                + " works, and make new break-glass shares.",
            "  $ %s operator recovery unseal")
        .flags(Flag.onOff("reset", "Forget the shares given so far."))
        .runs(OperatorRecovery::runUnseal);
  }

  private static int runUnseal(Invocation call) {
    JsonObject.Builder body = JsonObject.builder();
    if (call.flags().on("reset")) {
      body.put("reset", true);
    } else {
      body.put("key", OperatorUnseal.share(call, 0, "Break-Glass Share (will be hidden): "));
    }
    JsonObject answer = data(call, "Error unsealing", ApiRequest.put(UNSEAL, body.build()));
    if (!call.out().table()) {
      call.out().value(answer);
      return 0;
    }
    if (Secret.is(answer, "sealed")) {
      call.out().line(progress(answer, Secret.text(answer, "t")).render());
      return 0;
    }
    call.out()
        .line(
            HelpText.wrap(
                "Success! The server is unsealed, without its seal. The next restart needs the"
                    + " shares again, until a seal has wrapped the root key: see \""
                    + call.program().name()
                    + " status\" and the log.",
                ""));
    return 0;
  }

  private static Command status() {
    return Command.named("operator recovery status", "Tells whether there is a break-glass copy")
        .help(
            "The exit code is 2 where there is none that works. Needs sudo.",
            "  $ %s operator recovery status")
        .runs(
            call -> {
              JsonObject status =
                  data(
                      call,
                      "Error reading the break-glass copy's status",
                      ApiRequest.get("sys/break-glass"));
              call.out().value(status);
              boolean works =
                  Secret.is(status, "exists")
                      && Secret.is(status, "genuine")
                      && Secret.is(status, "current");
              return works ? 0 : 2;
            });
  }

  private static Command delete() {
    return Command.named("operator recovery delete", "Deletes the break-glass copy")
        .help(
            "Its shares open nothing from then on. Refused while no seal opens the root key."
                + " Needs sudo.",
            "  $ %s operator recovery delete")
        .runs(
            call -> {
              ApiRequest request = ApiRequest.delete("sys/break-glass");
              Invocation.during(
                  "Error deleting the break-glass copy", () -> call.client().send(request));
              call.out().line("Success! There is no break-glass copy now.");
              return 0;
            });
  }

  private static JsonObject data(Invocation call, String doing, ApiRequest request) {
    JsonObject answer = Invocation.during(doing, () -> call.client().json(request));
    return Secret.object(answer, "data").orElse(answer);
  }
}
