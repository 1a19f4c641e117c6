package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.TimeText;

/** {@code token}: what clients authenticate with. */
record TokenCommands() implements CommandGroup {
  @Override
  public String path() {
    return "token";
  }

  @Override
  public String summary() {
    return "Interact with tokens";
  }

  @Override
  public List<String> names() {
    return List.of("capabilities", "create", "lookup", "renew", "revoke");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "create" -> Optional.of(create());
      case "lookup" -> Optional.of(lookup());
      case "renew" -> Optional.of(renew());
      case "revoke" -> Optional.of(revoke());
      case "capabilities" -> Optional.of(capabilities());
      default -> Optional.empty();
    };
  }

  private static Command create() {
    return Command.named("token create", "Create a new token")
        .help(
            "The new token is a child of the one in use and has its policies, unless -policy names"
                + " some of them.",
            "  $ %s token create -policy=my-policy -ttl=1h",
            "  $ %s token create -role=my-role")
        .flags(
            Flag.text("id", "The token itself. For root tokens only."),
            Flag.text("display-name", "A name that is shown and logged."),
            Flag.duration("ttl", "How long it lives."),
            Flag.duration("explicit-max-ttl", "How long it can be renewed for."),
            Flag.duration("period", "Every renewal is for so long; there is no maximum."),
            Flag.onOff("renewable", "Whether it can be renewed; by default it can."),
            Flag.onOff("orphan", "Give it no parent."),
            Flag.onOff("no-default-policy", "Leave the default policy out."),
            Flag.number("use-limit", "How often it can be used."),
            Flag.text("role", "The role to create it against."),
            Flag.text("type", "service or batch; by default service."),
            Flag.map("metadata", "Metadata, shown and logged; may be repeated."),
            Flag.list("policy", "A policy it has; may be repeated."),
            Flag.text("entity-alias", "The entity alias; with -role only."))
        .runs(TokenCommands::create);
  }

  private static int create(Invocation call) {
    Flags flags = call.flags();
    String type = flags.find("type").orElse("service");
    boolean renewable =
        !type.equals("batch") && (!flags.isSet("renewable") || flags.on("renewable"));
    JsonObject.Builder body = JsonObject.builder();
    flags.find("id").ifPresent(id -> body.put("id", id));
    if (!flags.list("policy").isEmpty()) {
      body.put("policies", flags.list("policy"));
    }
    if (!flags.map("metadata").isEmpty()) {
      body.put("meta", JsonObject.ofStrings(flags.map("metadata")));
    }
    body.put("ttl", duration(flags, "ttl"));
    body.put("explicit_max_ttl", duration(flags, "explicit-max-ttl"));
    body.put("period", duration(flags, "period"));
    if (flags.on("orphan")) {
      body.put("no_parent", true);
    }
    if (flags.on("no-default-policy")) {
      body.put("no_default_policy", true);
    }
    body.put("display_name", flags.text("display-name"));
    body.put("num_uses", flags.number("use-limit", 0));
    body.put("renewable", renewable);
    body.put("type", type);
    flags.find("entity-alias").ifPresent(alias -> body.put("entity_alias", alias));
    String role = Paths.sanitize(flags.text("role"));
    String path = role.isEmpty() ? "auth/token/create" : "auth/token/create/" + role;
    return print(call, "Error creating token", ApiRequest.post(path, body.build()));
  }

  private static String duration(Flags flags, String name) {
    return flags.duration(name).map(TimeText::formatDuration).orElse("0s");
  }

  private static int print(Invocation call, String doing, ApiRequest request) {
    Secret secret =
        Invocation.during(doing, () -> call.client().secret(request))
            .orElseThrow(() -> Failure.remote(doing + ": the answer is empty"));
    call.out().secret(secret, call.field());
    return 0;
  }

  private static final Flag ACCESSOR =
      Flag.onOff("accessor", "The argument is an accessor, not a token.");

  private static Command lookup() {
    return Command.named("token lookup", "Display information about a token")
        .arguments("[TOKEN | ACCESSOR]", 0, 1)
        .help("Without an argument, of the token in use.", "  $ %s token lookup -accessor 9793c9b3")
        .flags(ACCESSOR)
        .runs(
            call -> {
              boolean self = call.arguments().isEmpty();
              needsArgument(call, "accessor", self);
              ApiRequest request =
                  self
                      ? ApiRequest.get("auth/token/lookup-self")
                      : named(call, "auth/token/lookup", JsonObject.builder());
              return print(call, "Error looking up token", request);
            });
  }

  private static void needsArgument(Invocation call, String flag, boolean missing) {
    if (missing && call.flags().on(flag)) {
      throw Failure.usage("Not enough arguments with -" + flag + " (expected 1, got 0)");
    }
  }

  /** A request to {@code path}, or to {@code path-accessor}, about the argument. */
  private static ApiRequest named(Invocation call, String path, JsonObject.Builder body) {
    boolean accessor = call.flags().on("accessor");
    body.put(accessor ? "accessor" : "token", call.argument(0).strip());
    return ApiRequest.post(accessor ? path + "-accessor" : path, body.build());
  }

  private static Command renew() {
    return Command.named("token renew", "Renew a token lease")
        .arguments("[TOKEN | ACCESSOR]", 0, 1)
        .help("Without an argument, of the token in use.", "  $ %s token renew -increment=30m")
        .flags(ACCESSOR, Flag.duration("increment", "How long it should live from now.").or("i"))
        .runs(
            call -> {
              boolean self = call.arguments().isEmpty();
              needsArgument(call, "accessor", self);
              long seconds =
                  Math.max(
                      0, call.flags().duration("increment").map(d -> d.toSeconds()).orElse(0L));
              JsonObject.Builder body = JsonObject.builder().put("increment", seconds);
              ApiRequest request =
                  self
                      ? ApiRequest.put("auth/token/renew-self", body.build())
                      : named(call, "auth/token/renew", body);
              return print(call, "Error renewing token", request);
            });
  }

  private static Command revoke() {
    return Command.named("token revoke", "Revoke a token and its children")
        .arguments("[TOKEN | ACCESSOR]", 0, 1)
        .help(
            "  $ %s token revoke -accessor 9793c9b3-e04a-46f3-e7b8-748d7da248da",
            "  $ %s token revoke -mode=orphan hvs.CAES...")
        .flags(
            ACCESSOR,
            Flag.onOff("self", "Revoke the token in use."),
            Flag.text(
                "mode",
                "orphan: keep its children; path: revoke what was created below this path of an"
                    + " auth method."))
        .runs(TokenCommands::revoke);
  }

  private static int revoke(Invocation call) {
    boolean self = call.flags().on("self");
    boolean accessor = call.flags().on("accessor");
    String mode = call.flags().text("mode");
    if (!List.of("", "orphan", "path").contains(mode)) {
      throw Failure.usage("Invalid mode: orphan or path");
    }
    if (self == !call.arguments().isEmpty()) {
      throw Failure.usage(
          self
              ? "Too many arguments with -self (expected 0, got 1)"
              : "Not enough arguments (expected 1 or -self, got 0)");
    }
    if ((self && (accessor || !mode.isEmpty())) || (accessor && !mode.isEmpty())) {
      throw Failure.usage("Only one of -self, -accessor and -mode can be used");
    }
    ApiRequest request;
    if (self) {
      request = ApiRequest.put("auth/token/revoke-self", JsonObject.EMPTY);
    } else if (mode.equals("path")) {
      request =
          ApiRequest.put(
              "sys/leases/revoke-prefix/" + Paths.sanitize(call.argument(0)), JsonObject.EMPTY);
    } else {
      String path = mode.isEmpty() ? "auth/token/revoke" : "auth/token/revoke-orphan";
      request = named(call, path, JsonObject.builder());
    }
    ApiRequest asked = request;
    Invocation.during("Error revoking token", () -> call.client().send(asked));
    call.out().line("Success! Revoked token (if it existed)");
    return 0;
  }

  private static Command capabilities() {
    return Command.named("token capabilities", "Print capabilities of a token on a path")
        .arguments("[TOKEN] PATH", 1, 2)
        .help(
            "Without TOKEN, of the token in use.",
            "  $ %s token capabilities secret/foo",
            "  $ %s token capabilities hvs.CAES... cubbyhole/foo")
        .flags(ACCESSOR)
        .runs(TokenCommands::capabilities);
  }

  private static int capabilities(Invocation call) {
    boolean self = call.arguments().size() == 1;
    boolean accessor = call.flags().on("accessor");
    if (self && accessor) {
      throw Failure.usage("Not enough arguments with -accessor (expected 2, got 1)");
    }
    String path = call.arguments().getLast();
    JsonObject.Builder body = JsonObject.builder().put("paths", List.of(path));
    String endpoint = "sys/capabilities";
    if (self) {
      endpoint += "-self";
    } else {
      endpoint += accessor ? "-accessor" : "";
      body.put(accessor ? "accessor" : "token", call.argument(0));
    }
    ApiRequest request = ApiRequest.post(endpoint, body.build());
    JsonObject data =
        Invocation.during("Error listing capabilities", () -> call.client().secret(request))
            .map(Secret::data)
            .orElse(JsonObject.EMPTY);
    List<String> found = new ArrayList<>(Secret.strings(data, path));
    if (found.isEmpty()) {
      found.addAll(Secret.strings(data, "capabilities"));
    }
    if (found.isEmpty()) {
      throw Failure.usage("No capabilities found");
    }
    found.sort(null);
    if (call.out().table()) {
      call.out().line(String.join(", ", found));
    } else {
      call.out().value(JsonArray.ofStrings(found));
    }
    return 0;
  }
}
