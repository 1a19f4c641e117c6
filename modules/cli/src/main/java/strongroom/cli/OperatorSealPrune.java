package strongroom.cli;

import java.util.List;
import strongroom.logical.JsonObject;

/** {@code operator seal prune}: after it, keys of HSMs that opened old copies may be destroyed. */
final class OperatorSealPrune {
  private OperatorSealPrune() {}

  static Command command() {
    return Command.named("operator seal prune", "Drops copies of the root key that are not needed")
        .help(
            "Copies by keys from before a rotation or migration are kept to go back by. Once that"
                + " is settled they may go, and then the keys that open them. A seal's copies go"
                + " only where its current one has just been opened; the current ones always stay."
                + " With -retire all copies by a disabled seal go. Needs sudo.",
            "  $ %s operator seal prune -dry-run",
            "  $ %s operator seal prune -retire=hsm-old")
        .flags(
            Flag.onOff("dry-run", "Only tell what would go."),
            Flag.text("retire", "A disabled seal, all of whose copies may go."))
        .runs(OperatorSealPrune::run);
  }

  private static int run(Invocation call) {
    JsonObject body =
        JsonObject.builder()
            .put("retire", call.flags().text("retire"))
            .put("dry_run", call.flags().on("dry-run"))
            .build();
    JsonObject data = OperatorSeal.send(call, "Error dropping copies", "sys/seal/prune", body);
    if (!call.out().table()) {
      call.out().value(data);
      return 0;
    }
    List<JsonObject> dropped = OperatorSeal.objects(data, "dropped");
    for (String seal : Secret.strings(data, "unproven")) {
      call.out().line("The seal " + seal + " did not open its current copy: all its copies stay.");
    }
    if (dropped.isEmpty()) {
      call.out().line("There is nothing to drop.");
      return 0;
    }
    call.out().line(OperatorSeal.copies(dropped).render());
    call.out()
        .line(
            Secret.is(data, "dry_run")
                ? "\nThese would go. Nothing was changed."
                : "\nSuccess! These are gone. \"operator seal inspect\" says which keys are still"
                    + " needed.");
    return 0;
  }
}
