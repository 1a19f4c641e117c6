package strongroom.cli;

import java.util.Optional;
import strongroom.logical.JsonObject;

/** {@code status}: what seals the server, whether it is sealed, and who leads. */
final class StatusCommand {
  private StatusCommand() {}

  static Command command() {
    return Command.named("status", "Print seal and HA status")
        .help(
            "The exit code is 0 when the server is unsealed, 2 when it is sealed, and 1 when that"
                + " cannot be told.")
        .runs(
            call -> {
              JsonObject status;
              try {
                status = call.client().json(ApiRequest.get("sys/seal-status"));
                print(call, status);
              } catch (Failure e) {
                if (e.exitCode() == 0) {
                  throw e;
                }
                throw Failure.usage("Error checking seal status: " + e.getMessage());
              }
              return Secret.is(status, "sealed") ? 2 : 0;
            });
  }

  /** Prints a seal status, with what the server knows of its leader. */
  static void print(Invocation call, JsonObject sealStatus) {
    JsonObject.Builder all = JsonObject.builder().putAll(sealStatus);
    try {
      all.putAll(call.client().json(ApiRequest.get("sys/leader").beforehand()));
    } catch (ApiFailure e) {
      // A sealed node knows no leader; that it can have one is all there is to say.
      if (!e.saysSealed()) {
        throw e.during("Error checking leader status");
      }
      all.put("ha_enabled", true);
    }
    JsonObject status = all.build();
    if (!call.out().table()) {
      call.out().value(status);
      return;
    }
    call.out().line(table(status).render());
    // Ours too: what is wrong with how the root key is protected.
    for (String warning : Secret.strings(status, "warnings")) {
      call.out().warn("\n" + HelpText.wrap("WARNING! " + warning, ""));
    }
  }

  private static Table table(JsonObject status) {
    Table table = Table.titled("Key", "Value");
    boolean sealed = Secret.is(status, "sealed");
    boolean recovery = Secret.is(status, "recovery_seal");
    long threshold = Secret.number(status, "t").orElse(0);
    table.row("Seal Type", Secret.text(status, "type"));
    if (recovery) {
      table.row("Recovery Seal Type", Secret.text(status, "recovery_seal_type"));
    }
    table.row("Initialized", Boolean.toString(Secret.is(status, "initialized")));
    table.row("Sealed", Boolean.toString(sealed));
    table.row(
        recovery ? "Total Recovery Shares" : "Total Shares",
        Long.toString(Secret.number(status, "n").orElse(0)));
    table.row("Threshold", Long.toString(threshold));
    if (sealed) {
      table.row("Unseal Progress", Secret.number(status, "progress").orElse(0) + "/" + threshold);
      table.row("Unseal Nonce", Secret.text(status, "nonce"));
      // Ours: what stands between the server and being unsealed, such as an HSM that is away.
      Secret.object(status, "sealed_reason")
          .ifPresent(reason -> table.row("Sealed Reason", Secret.text(reason, "message")));
    }
    if (Secret.is(status, "migration")) {
      table.row("Seal Migration in Progress", "true");
    }
    table.rowUnlessEmpty("Version", Secret.text(status, "version"));
    table.rowUnlessEmpty("Build Date", Secret.text(status, "build_date"));
    table.rowUnlessEmpty("Commit Date", Secret.text(status, "commit_date"));
    table.rowUnlessEmpty("Storage Type", Secret.text(status, "storage_type"));
    if (!Secret.text(status, "cluster_name").isEmpty()) {
      table.row("Cluster Name", Secret.text(status, "cluster_name"));
      table.row("Cluster ID", Secret.text(status, "cluster_id"));
    }
    status
        .member("removed_from_cluster")
        .ifPresent(removed -> table.row("Removed From Cluster", GoText.value(removed)));
    highAvailability(table, status, sealed);
    return table;
  }

  private static void highAvailability(Table table, JsonObject status, boolean sealed) {
    boolean enabled = Secret.is(status, "ha_enabled");
    boolean self = Secret.is(status, "is_self");
    table.row("HA Enabled", Boolean.toString(enabled));
    if (enabled && !sealed) {
      table.row("HA Cluster", Secret.text(status, "leader_cluster_address"));
      table.row("HA Mode", self ? "active" : "standby");
      Optional<String> since =
          Optional.of(Secret.text(status, "active_time"))
              .filter(time -> !time.isEmpty() && !time.startsWith("0001-"));
      if (self && since.isPresent()) {
        table.row("Active Since", since.get());
      }
      if (!self) {
        table.row("Active Node Address", Secret.text(status, "leader_address"));
      }
    }
    for (String index : new String[] {"Committed", "Applied"}) {
      String name = "raft_" + index.toLowerCase(java.util.Locale.ROOT) + "_index";
      long value = Secret.number(status, name).orElse(0);
      if (value > 0) {
        table.row("Raft " + index + " Index", Long.toString(value));
      }
    }
  }
}
