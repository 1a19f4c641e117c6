package strongroom.cli;

import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/** {@code lease}: the lifetimes of dynamic secrets. */
record LeaseCommands() implements CommandGroup {
  @Override
  public String path() {
    return "lease";
  }

  @Override
  public String summary() {
    return "Interact with leases";
  }

  @Override
  public List<String> names() {
    return List.of("lookup", "renew", "revoke");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "lookup" -> Optional.of(lookup());
      case "renew" -> Optional.of(renew());
      case "revoke" -> Optional.of(revoke());
      default -> Optional.empty();
    };
  }

  private static Command lookup() {
    return Command.named("lease lookup", "Lookup the lease of a secret")
        .arguments("ID", 1, 1)
        .help("  $ %s lease lookup database/creds/readonly/2f6a614c")
        .runs(
            call ->
                print(
                    call,
                    "error looking up lease id " + call.argument(0),
                    ApiRequest.put("sys/leases/lookup", lease(call).build())));
  }

  private static JsonObject.Builder lease(Invocation call) {
    return JsonObject.builder().put("lease_id", call.argument(0).strip());
  }

  private static int print(Invocation call, String doing, ApiRequest request) {
    Secret secret =
        Invocation.during(doing, () -> call.client().secret(request))
            .orElseThrow(() -> Failure.remote(doing + ": the answer is empty"));
    call.out().secret(secret, call.field());
    return 0;
  }

  private static Command renew() {
    return Command.named("lease renew", "Renews the lease of a secret")
        .arguments("ID", 1, 1)
        .help("  $ %s lease renew -increment=1h database/creds/readonly/2f6a614c")
        .flags(Flag.duration("increment", "How long it should live from now."))
        .runs(
            call -> {
              long seconds =
                  Math.max(
                      0, call.flags().duration("increment").map(d -> d.toSeconds()).orElse(0L));
              JsonObject body = lease(call).put("increment", seconds).build();
              return print(
                  call,
                  "Error renewing " + call.argument(0),
                  ApiRequest.put("sys/leases/renew", body));
            });
  }

  private static Command revoke() {
    return Command.named("lease revoke", "Revokes leases and secrets")
        .arguments("ID", 1, 1)
        .help(
            "  $ %s lease revoke database/creds/readonly/2f6a614c",
            "  $ %s lease revoke -prefix database/creds/readonly",
            "  $ %s lease revoke -force -prefix database/creds")
        .flags(
            Flag.onOff("force", "Forget the lease even if its secret cannot be revoked.").or("f"),
            Flag.onOff("prefix", "Revoke all leases that begin with ID."),
            Flag.onOff("sync", "Wait until it is done."))
        .runs(LeaseCommands::revoke);
  }

  private static int revoke(Invocation call) {
    boolean force = call.flags().on("force");
    boolean prefix = call.flags().on("prefix");
    boolean sync = call.flags().on("sync");
    String id = Paths.sanitize(call.argument(0));
    if (force && !prefix) {
      throw Failure.usage("Specifying -force requires also specifying -prefix");
    }
    if (force) {
      call.out()
          .warn(
              "Warning! Force-removing leases can cause Vault to become out of sync with"
                  + " secret engines!");
    }
    String endpoint = force ? "revoke-force/" + id : prefix ? "revoke-prefix/" + id : "revoke";
    JsonObject.Builder body = JsonObject.builder();
    if (!prefix) {
      body.put("lease_id", id);
    }
    if (!force) {
      body.put("sync", sync);
    }
    ApiRequest request = ApiRequest.put("sys/leases/" + endpoint, body.build());
    String doing =
        force
            ? "Error force revoking leases with prefix " + id
            : prefix ? "Error revoking leases with prefix " + id : "Error revoking lease " + id;
    Invocation.during(doing, () -> call.client().send(request));
    call.out()
        .line(
            force
                ? "Success! Force revoked any leases with prefix: " + id
                : !sync
                    ? "All revocation operations queued successfully!"
                    : prefix
                        ? "Success! Revoked any leases with prefix: " + id
                        : "Success! Revoked lease: " + id);
    return 0;
  }
}
