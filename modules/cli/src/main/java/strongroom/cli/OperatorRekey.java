package strongroom.cli;

import java.util.List;
import java.util.Locale;
import strongroom.logical.JsonObject;

/**
 * {@code operator rekey}, Vault's, and {@code operator rotate-keys}, OpenBao's name for the same on
 * endpoints of its own: new shares of the unseal key or of the recovery key.
 */
record OperatorRekey(String name, boolean vault) {
  /** Vault's. */
  static Command rekey() {
    return new OperatorRekey("operator rekey", true).command();
  }

  /** OpenBao's. */
  static Command rotateKeys() {
    return new OperatorRekey("operator rotate-keys", false).command();
  }

  private Command command() {
    return Command.named(name, "Generates new unseal keys")
        .arguments("[KEY]", 0, 1)
        .help(
            "Start it with -init; then each share holder runs it with an old share and the nonce."
                + " The last one gets the new shares. Recovery keys (-target=recovery) authorise;"
                + " they decrypt nothing, old or new.",
            "  $ %s " + name + " -init -key-shares=15 -key-threshold=9",
            "  $ %s " + name + " -init -target=recovery",
            "  $ %s " + name)
        .flags(
            Flag.onOff("init", "Start."),
            Flag.onOff("cancel", "Stop and forget the shares given so far."),
            Flag.onOff("status", "Print how far it is."),
            Flag.number("key-shares", "How many new shares; by default 5.").or("n"),
            Flag.number("key-threshold", "How many of them it takes; by default 3.").or("t"),
            Flag.text("nonce", "The nonce that -init printed."),
            Flag.text("target", "barrier or recovery; by default barrier."),
            Flag.onOff(
                "verify",
                "With -init: new shares count only once verified. Without: this is about the"
                    + " verification."),
            Flag.text("pgp-keys", "Files with PGP keys that the new shares are encrypted to."),
            Flag.onOff("backup", "Keep the new shares, which are encrypted by PGP, in the server."),
            Flag.onOff("backup-retrieve", "Print the shares kept."),
            Flag.onOff("backup-delete", "Delete the shares kept."))
        .runs(this::run);
  }

  /** What is rekeyed: its endpoints and what its keys are called. */
  private record Target(String base, String backup, String keyName, boolean recovery) {
    static Target of(Flags flags, boolean vault) {
      return switch (flags.find("target").orElse("barrier").strip().toLowerCase(Locale.ROOT)) {
        case "barrier" ->
            vault
                ? new Target("sys/rekey", "sys/rekey/backup", "Unseal", false)
                : new Target("sys/rotate/root", "sys/rotate/root/backup", "Unseal", false);
        case "recovery", "hsm" ->
            vault
                ? new Target(
                    "sys/rekey-recovery-key", "sys/rekey/recovery-key-backup", "Recovery", true)
                : new Target("sys/rotate/recovery", "sys/rotate/recovery/backup", "Recovery", true);
        default -> throw Failure.usage("Unknown target: barrier or recovery");
      };
    }

    /** Where a share goes, and where its progress is. */
    String progress(boolean verify) {
      return base + (verify ? "/verify" : "/init");
    }
  }

  private int run(Invocation call) {
    Flags flags = call.flags();
    Target target = Target.of(flags, vault);
    boolean verify = flags.on("verify");
    if (flags.on("backup-delete")) {
      ApiRequest request = ApiRequest.delete(target.backup());
      Invocation.during("Error deleting rekey stored keys", () -> call.client().send(request));
      call.out().line("Success! Delete stored keys (if they existed)");
      return 0;
    }
    if (flags.on("backup-retrieve")) {
      ApiRequest request = ApiRequest.get(target.backup());
      Secret secret =
          Invocation.during(
                  "Error retrieving rekey stored keys", () -> call.client().secret(request))
              .orElseThrow(() -> Failure.remote("There are no stored keys."));
      call.out().secret(secret);
      return 0;
    }
    if (flags.on("cancel")) {
      ApiRequest request = ApiRequest.delete(target.progress(verify));
      Invocation.during("Error canceling rekey", () -> call.client().send(request));
      call.out().line("Success! Canceled rekeying (if it was started)");
      return 0;
    }
    if (flags.on("init")) {
      return init(call, target);
    }
    if (flags.on("status")) {
      return printStatus(call, target, verify);
    }
    return provide(call, target, verify);
  }

  private static int init(Invocation call, Target target) {
    Flags flags = call.flags();
    List<String> keys = PgpKeyFiles.all(flags.text("pgp-keys"));
    JsonObject.Builder body =
        JsonObject.builder()
            .put("secret_shares", flags.number("key-shares", 5))
            .put("secret_threshold", flags.number("key-threshold", 3))
            .put("backup", flags.on("backup"))
            .put("require_verification", flags.on("verify"));
    if (!keys.isEmpty()) {
      body.put("pgp_keys", keys);
    }
    ApiRequest request = ApiRequest.put(target.progress(false), body.build());
    JsonObject answer =
        Invocation.during("Error initializing rekey", () -> call.client().json(request));
    if (call.out().table() && (keys.isEmpty() || !flags.on("backup"))) {
      call.out()
          .warn(
              HelpText.wrap(
                      "WARNING! The new shares are printed once, and are lost if you lose them then."
                          + " -pgp-keys and -backup together keep them in the server, encrypted.",
                      "")
                  + "\n");
    }
    // Some servers answer nothing here and the state at its own place only.
    if (answer.isEmpty()) {
      return printStatus(call, target, false);
    }
    JsonObject data = Secret.object(answer, "data").orElse(answer);
    // A first recovery key, which there is no holder yet to decide on, is handed out at once.
    return Secret.is(data, "complete")
        ? printKeys(call, target, asked(flags), data)
        : printStatus(call, data, false);
  }

  private static JsonObject asked(Flags flags) {
    return JsonObject.builder()
        .put("n", flags.number("key-shares", 5))
        .put("t", flags.number("key-threshold", 3))
        .put("verification_required", flags.on("verify"))
        .build();
  }

  private static JsonObject status(Invocation call, Target target, boolean verify) {
    ApiRequest request = ApiRequest.get(target.progress(verify));
    JsonObject answer =
        Invocation.during("Error reading rekey status", () -> call.client().json(request));
    return Secret.object(answer, "data").orElse(answer);
  }

  private static int printStatus(Invocation call, Target target, boolean verify) {
    return printStatus(call, status(call, target, verify), verify);
  }

  private int provide(Invocation call, Target target, boolean verify) {
    JsonObject before = status(call, target, verify);
    if (!Secret.is(before, "started")) {
      throw Failure.usage(
          "No rekey is in progress. Start a rekey process by running \""
              + call.program().name()
              + " "
              + name
              + " -init\".");
    }
    boolean asks = call.arguments().isEmpty();
    String nonce = asks ? Secret.text(before, "nonce") : call.flags().text("nonce");
    if (nonce.isEmpty()) {
      throw Failure.usage("Missing nonce value: specify it via the -nonce flag");
    }
    if (asks) {
      call.out().note("Rekey operation nonce: " + nonce);
    }
    String key = OperatorUnseal.share(call, 0, target.keyName() + " Key (will be hidden): ");
    ApiRequest request =
        ApiRequest.put(
            target.base() + (verify ? "/verify" : "/update"),
            JsonObject.builder().put("key", key).put("nonce", nonce).build());
    JsonObject posted =
        Invocation.during("Error posting unseal key", () -> call.client().json(request));
    JsonObject answer = Secret.object(posted, "data").orElse(posted);
    if (!Secret.is(answer, "complete")) {
      return printStatus(call, target, verify);
    }
    if (verify) {
      call.out()
          .note(
              HelpText.wrap(
                  "Rekey verification successful. The rekey operation is complete and the new keys"
                      + " are now active.",
                  ""));
      if (!call.out().table()) {
        call.out().value(answer);
      }
      return 0;
    }
    return printKeys(call, target, before, answer);
  }

  private static int printStatus(Invocation call, JsonObject status, boolean verify) {
    if (!call.out().table()) {
      call.out().value(status);
      return 0;
    }
    long progress = Secret.number(status, "progress").orElse(0);
    boolean started = Secret.is(status, "started");
    Table table = Table.titled("Key", "Value");
    if (verify) {
      table.row("Started", Boolean.toString(started));
      table.row("New Shares", Secret.text(status, "n"));
      table.row("New Threshold", Secret.text(status, "t"));
      table.row("Verification Nonce", Secret.text(status, "nonce"));
      table.row("Verification Progress", progress + "/" + Secret.text(status, "t"));
      call.out().line(table.render());
      return 0;
    }
    long required = Secret.number(status, "required").orElse(0);
    table.row("Nonce", Secret.text(status, "nonce"));
    table.row("Started", Boolean.toString(started));
    if (started) {
      table.row(
          "Rekey Progress",
          progress + "/" + required + (progress == required ? " (verification in progress)" : ""));
      table.row("New Shares", Secret.text(status, "n"));
      table.row("New Threshold", Secret.text(status, "t"));
      table.row(
          "Verification Required", Boolean.toString(Secret.is(status, "verification_required")));
      table.rowUnlessEmpty("Verification Nonce", Secret.text(status, "verification_nonce"));
    }
    List<String> fingerprints = Secret.strings(status, "pgp_fingerprints");
    if (!fingerprints.isEmpty()) {
      table.row("PGP Fingerprints", "[" + String.join(" ", fingerprints) + "]");
      table.row("Backup", Boolean.toString(Secret.is(status, "backup")));
    }
    call.out().line(table.render());
    return 0;
  }

  private static int printKeys(
      Invocation call, Target target, JsonObject before, JsonObject answer) {
    if (!call.out().table()) {
      call.out().value(answer);
      return 0;
    }
    List<String> hex = Secret.strings(answer, "keys");
    List<String> base64 = Secret.strings(answer, "keys_base64");
    List<String> keys = base64.size() == hex.size() ? base64 : hex;
    List<String> fingerprints = Secret.strings(answer, "pgp_fingerprints");
    call.out().line("");
    for (int i = 0; i < keys.size(); i++) {
      String name = "Key " + (i + 1);
      call.out()
          .line(
              i < fingerprints.size()
                  ? name + " fingerprint: " + fingerprints.get(i) + "; value: " + keys.get(i)
                  : name + ": " + keys.get(i));
    }
    call.out().line("\nOperation nonce: " + Secret.text(answer, "nonce") + "\n");
    if (Secret.is(answer, "backup")) {
      call.out().line("The encrypted shares are kept in the server until \"-backup-delete\".\n");
    }
    boolean toVerify = Secret.is(before, "verification_required");
    String kind = target.recovery() ? "recovery" : "unseal";
    String shares =
        Secret.text(before, "n")
            + " key shares and a key threshold of "
            + Secret.text(before, "t")
            + ".";
    if (!toVerify) {
      call.out()
          .line(
              HelpText.wrap(
                  "Vault "
                      + kind
                      + " keys rekeyed with "
                      + shares
                      + " Give each share to another person; the old ones no longer count."
                      + (target.recovery() ? " Recovery keys alone cannot decrypt." : ""),
                  ""));
      return 0;
    }
    call.out()
        .line(
            HelpText.wrap(
                    "Vault has created a new "
                        + kind
                        + " key, split into "
                        + shares
                        + " The new shares are _not_ valid until they are verified: keep the old ones"
                        + " until then. The state of the verification:",
                    "")
                + "\n");
    return printStatus(call, target, true);
  }
}
