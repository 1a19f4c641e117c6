package strongroom.cli;

import java.util.List;
import strongroom.logical.JsonObject;

/** {@code operator init}: makes a new installation's keys and its root token. */
final class OperatorInit {
  private static final int SHARES = 5;
  private static final int THRESHOLD = 3;

  private OperatorInit() {}

  static Command command() {
    return Command.named("operator init", "Initializes a server")
        .help(
            "Makes the keys and prints the shares and the first root token: the only time they can"
                + " be seen. Where the seal unseals by itself the shares are recovery keys.",
            "  $ %s operator init -key-shares=3 -key-threshold=2",
            "  $ %s operator init -recovery-shares=3 -recovery-threshold=2",
            "  $ %s operator init -key-shares=2 -key-threshold=2 -pgp-keys=alice.asc,bob.asc")
        .flags(
            Flag.onOff(
                "status", "Only tell whether it is initialized: exit code 0 if it is, 2 if not."),
            Flag.number("key-shares", "How many shares the unseal key is split into.").or("n"),
            Flag.number("key-threshold", "How many of them unseal.").or("t"),
            Flag.text("pgp-keys", "Files with PGP keys that the shares are encrypted to."),
            Flag.text("root-token-pgp-key", "A file with the PGP key for the root token."),
            Flag.number("recovery-shares", "How many shares the recovery key is split into."),
            Flag.number("recovery-threshold", "How many of them recover."),
            Flag.text("recovery-pgp-keys", "Files with PGP keys for the recovery shares."),
            Flag.number("stored-shares", "Has no effect."))
        .runs(call -> call.flags().on("status") ? status(call) : init(call));
  }

  private static int status(Invocation call) {
    boolean initialized;
    try {
      JsonObject answer = call.client().json(ApiRequest.get("sys/init"));
      initialized = Secret.is(answer, "initialized");
    } catch (Failure e) {
      if (e.exitCode() == 0) {
        throw e;
      }
      // 2 means something else here.
      throw Failure.usage("Error checking init status: " + e.getMessage());
    }
    if (call.out().table()) {
      call.out().line(initialized ? "Vault is initialized" : "Vault is not initialized");
    } else {
      call.out().value(JsonObject.builder().put("initialized", initialized).build());
    }
    return initialized ? 0 : 2;
  }

  /** How many shares there are of each kind, and how many it takes. */
  private record Shares(long keys, long keysNeeded, long recovery, long recoveryNeeded) {
    static Shares of(Flags flags, boolean recoverySeal) {
      long usual = recoverySeal ? 0 : SHARES;
      long usualNeeded = recoverySeal ? 0 : THRESHOLD;
      return new Shares(
          flags.number("key-shares", usual),
          flags.number("key-threshold", usualNeeded),
          flags.number("recovery-shares", recoverySeal ? SHARES : 0),
          flags.number("recovery-threshold", recoverySeal ? THRESHOLD : 0));
    }
  }

  private static int init(Invocation call) {
    Flags flags = call.flags();
    if (flags.isSet("stored-shares")) {
      call.out().warn("-stored-shares has no effect\n");
    }
    JsonObject seal =
        Invocation.during(
            "Error reading seal status",
            () -> call.client().json(ApiRequest.get("sys/seal-status").beforehand()));
    Shares shares = Shares.of(flags, Secret.is(seal, "recovery_seal"));
    JsonObject.Builder body =
        JsonObject.builder()
            .put("secret_shares", shares.keys())
            .put("secret_threshold", shares.keysNeeded())
            .put("recovery_shares", shares.recovery())
            .put("recovery_threshold", shares.recoveryNeeded());
    List<String> keys = PgpKeyFiles.all(flags.text("pgp-keys"));
    if (!keys.isEmpty()) {
      body.put("pgp_keys", keys);
    }
    List<String> recoveryKeys = PgpKeyFiles.all(flags.text("recovery-pgp-keys"));
    if (!recoveryKeys.isEmpty()) {
      body.put("recovery_pgp_keys", recoveryKeys);
    }
    flags
        .find("root-token-pgp-key")
        .ifPresent(file -> body.put("root_token_pgp_key", PgpKeyFiles.one(file)));
    ApiRequest request = ApiRequest.put("sys/init", body.build());
    JsonObject answer = Invocation.during("Error initializing", () -> call.client().json(request));
    if (call.out().table()) {
      print(call, shares, answer);
    } else {
      call.out().value(forPrograms(shares, answer));
    }
    return 0;
  }

  /** The shares in Base64 where the server gives them so. */
  private static List<String> shown(JsonObject answer, String name) {
    List<String> hex = Secret.strings(answer, name);
    List<String> base64 = Secret.strings(answer, name + "_base64");
    return base64.size() == hex.size() ? base64 : hex;
  }

  private static void print(Invocation call, Shares shares, JsonObject answer) {
    List<String> keys = shown(answer, "keys");
    List<String> recovery = shown(answer, "recovery_keys");
    for (int i = 0; i < keys.size(); i++) {
      call.out().line("Unseal Key " + (i + 1) + ": " + keys.get(i));
    }
    for (int i = 0; i < recovery.size(); i++) {
      call.out().line("Recovery Key " + (i + 1) + ": " + recovery.get(i));
    }
    call.out().line("\nInitial Root Token: " + Secret.text(answer, "root_token") + "\n");
    if (keys.isEmpty()) {
      call.out().line("Success! Vault is initialized");
    } else {
      long needed = shares.keysNeeded();
      paragraph(
          call,
          "Vault initialized with "
              + shares.keys()
              + " key shares and a key threshold of "
              + needed
              + ". Give each share to another person and keep none here: whenever the server"
              + " starts, it takes "
              + needed
              + " of them to unseal it.");
      paragraph(
          call,
          "\nThe root key is stored nowhere in the clear. With fewer than "
              + needed
              + " shares what the server stores is lost for good. New shares can be made while"
              + " there are enough old ones: see \"operator rekey\".");
    }
    if (!recovery.isEmpty()) {
      paragraph(
          call,
          "\nRecovery key initialized with "
              + shares.recovery()
              + " key shares and a key threshold of "
              + shares.recoveryNeeded()
              + ". Give each share to another person: they authorise a new root token and new"
              + " shares. They do not unseal.");
      paragraph(
          call,
          "\nRecovery keys alone cannot decrypt: if the seal's key is lost for good, so is all"
              + " data, unless there is a second seal or a break-glass copy: see \"operator recovery"
              + " create\".");
    }
  }

  private static void paragraph(Invocation call, String text) {
    call.out().line(HelpText.wrap(text, ""));
  }

  /** What Vault's command line prints as JSON, under its names. */
  private static JsonObject forPrograms(Shares shares, JsonObject answer) {
    List<String> keys = Secret.strings(answer, "keys");
    return JsonObject.builder()
        .put("unseal_keys_b64", Secret.strings(answer, "keys_base64"))
        .put("unseal_keys_hex", keys)
        .put("unseal_shares", keys.isEmpty() ? 1 : shares.keys())
        .put("unseal_threshold", keys.isEmpty() ? 1 : shares.keysNeeded())
        .put("recovery_keys_b64", Secret.strings(answer, "recovery_keys_base64"))
        .put("recovery_keys_hex", Secret.strings(answer, "recovery_keys"))
        .put("recovery_keys_shares", shares.recovery())
        .put("recovery_keys_threshold", shares.recoveryNeeded())
        .put("root_token", Secret.text(answer, "root_token"))
        .build();
  }
}
