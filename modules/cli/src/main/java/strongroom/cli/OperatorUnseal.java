package strongroom.cli;

import strongroom.logical.JsonObject;

/** {@code operator unseal}: gives the server one share of the unseal key. */
final class OperatorUnseal {
  private OperatorUnseal() {}

  static Command command() {
    return Command.named("operator unseal", "Unseals the server")
        .arguments("[KEY]", 0, 1)
        .help(
            "Run once a share, until there are enough. Without KEY it asks for the share, so that"
                + " it stays out of the shell's history; - reads it from standard input. Where the"
                + " status says that a seal migration is in progress, give -migrate with each share.",
            "  $ %s operator unseal",
            "  $ %s operator unseal -migrate")
        .flags(
            Flag.onOff("reset", "Forget the shares given so far."),
            Flag.onOff("migrate", "The share is to move the root key to the seal in the file."))
        .runs(OperatorUnseal::run);
  }

  private static int run(Invocation call) {
    JsonObject.Builder body = JsonObject.builder();
    String doing = "Error unsealing";
    if (call.flags().on("reset")) {
      doing = "Error resetting unseal process";
      body.put("reset", true);
    } else {
      body.put("key", share(call, 0, "Unseal Key (will be hidden): "));
      body.put("migrate", call.flags().on("migrate"));
    }
    ApiRequest request = ApiRequest.put("sys/unseal", body.build());
    JsonObject status = Invocation.during(doing, () -> call.client().json(request));
    StatusCommand.print(call, status);
    return 0;
  }

  /** The share that the argument at {@code index} gives, or standard input, or a person. */
  static String share(Invocation call, int index, String question) {
    if (index >= call.arguments().size() || call.argument(index).isBlank()) {
      return call.askSecret(
          question, "pass the key as the argument, or - to read it from standard input");
    }
    String given = call.argument(index).strip();
    return given.equals("-") ? call.readInput().strip() : given;
  }
}
