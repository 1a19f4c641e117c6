package strongroom.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;

/** {@code login}: gets a token and keeps it for later commands. */
final class LoginCommand {
  /** Methods that log in by name and password, at {@code login/<username>}. */
  private static final Set<String> BY_PASSWORD = Set.of("userpass", "ldap", "okta", "radius");

  private LoginCommand() {}

  static Command command() {
    return Command.named("login", "Authenticate locally")
        .arguments("[TOKEN | K=V...]", 0, Integer.MAX_VALUE)
        .help(
            "Verifies a token, or logs in with -method, and keeps the token in ~/.vault-token."
                + " Without TOKEN it asks for one; - reads it from standard input.",
            "  $ %s login",
            "  $ %s login -method=userpass username=my-name",
            "  $ %s login -method=approle role_id=... secret_id=-")
        .flags(
            Flag.text("method", "The type of the auth method; by default token."),
            Flag.text("path", "Where the method is mounted; by default at its type."),
            Flag.onOff("no-store", "Do not keep the token."),
            Flag.onOff("no-print", "Do not print the token."),
            Flag.onOff("token-only", "Print the token only, and do not keep it."))
        .runs(LoginCommand::run);
  }

  private static int run(Invocation call) {
    Flags flags = call.flags();
    boolean tokenOnly = flags.on("token-only");
    boolean store = !tokenOnly && !flags.on("no-store");
    if (flags.on("no-store") && flags.on("no-print")) {
      throw Failure.usage("-no-store and -no-print cannot be used together");
    }
    String method = Paths.sanitize(flags.find("method").orElse("token"));
    method = method.isEmpty() ? "token" : method;
    String mount = Paths.sanitize(flags.find("path").orElse(method));
    Map<String, String> given = given(call, method);
    mount = Paths.sanitize(given.getOrDefault("mount", mount));
    given.remove("mount");
    ApiClient client = call.client();
    // A token from an earlier login has nothing to say here.
    client.use("");
    Login login = new Login(call, method, mount, given);
    Secret secret = Invocation.during("Error authenticating", login::authenticate);
    if (needsMfa(secret)) {
      warnOfVariable(call);
      call.out().warn("This login waits for a second factor: send it to sys/mfa/validate.\n");
      call.out().secret(secret);
      return 0;
    }
    if (secret.auth().isEmpty() && secret.wrapped()) {
      if (!store) {
        call.out().secret(secret, tokenOnly ? Optional.of("wrapping_token") : Optional.empty());
        return 0;
      }
      secret = unwrap(client, secret);
    }
    JsonObject auth =
        secret
            .auth()
            .orElseThrow(() -> Failure.remote("Error authenticating: the answer holds no token"));
    finish(call, secret, Secret.text(auth, "client_token"), store);
    return 0;
  }

  private static boolean needsMfa(Secret secret) {
    return secret.auth().flatMap(auth -> Secret.object(auth, "mfa_requirement")).isPresent();
  }

  private static Secret unwrap(ApiClient client, Secret wrapped) {
    client.use(Secret.text(wrapped.wrapInfo().orElse(JsonObject.EMPTY), "token"));
    ApiRequest request = ApiRequest.put("sys/wrapping/unwrap", JsonObject.EMPTY).beforehand();
    return Invocation.during("Error unwrapping the token", () -> client.secret(request))
        .orElseThrow(() -> Failure.remote("Error unwrapping the token: the answer is empty"));
  }

  private static void finish(Invocation call, Secret secret, String token, boolean store) {
    boolean tokenOnly = call.flags().on("token-only");
    if (store) {
      new TokenFile(call.environment()).store(token);
      warnOfVariable(call);
    } else if (!tokenOnly) {
      call.out()
          .warn(
              "The token was not stored in token helper. Set VAULT_TOKEN to use it in other"
                  + " commands.\n");
    }
    if (call.flags().on("no-print")) {
      return;
    }
    Optional<String> field = tokenOnly ? Optional.of("token") : call.field();
    if (field.isEmpty() && store) {
      call.out()
          .note(
              HelpText.wrap(
                      "Success! You are now authenticated. The token below is kept for later"
                          + " commands: there is no need to log in again.",
                      "")
                  + "\n");
    }
    call.out().secret(secret, field);
  }

  private static void warnOfVariable(Invocation call) {
    if (call.environment().find("TOKEN").isPresent()) {
      call.out()
          .warn(
              "WARNING! The VAULT_TOKEN environment variable is set: its value goes before the"
                  + " token of this login. Unset it, or set it to the new token.\n");
    }
  }

  private static Map<String, String> given(Invocation call, String method) {
    Map<String, String> given = new LinkedHashMap<>();
    boolean bare =
        method.equals("token")
            && call.arguments().size() == 1
            && call.argument(0).indexOf('=') < 0
            && !call.argument(0).startsWith("@");
    if (bare) {
      String token = call.argument(0);
      given.put("token", token.equals("-") ? call.readInput() : token);
      return given;
    }
    for (Map.Entry<String, JsonValue> pair : DataArguments.parse(call, 0).members().entrySet()) {
      given.put(pair.getKey(), GoText.value(pair.getValue()));
    }
    return given;
  }

  /** One try to log in. */
  private record Login(Invocation call, String method, String mount, Map<String, String> given) {

    Secret authenticate() {
      if (method.equals("token")) {
        return token();
      }
      if (method.equals("oidc") || (method.equals("jwt") && !given.containsKey("jwt"))) {
        throw Failure.usage(
            "logging in by a browser is not possible here: pass a token with -method=jwt role=..."
                + " jwt=...");
      }
      Map<String, JsonValue> body = new LinkedHashMap<>();
      given.forEach((name, value) -> body.put(name, new JsonString(value)));
      String path = "auth/" + mount + "/login";
      if (BY_PASSWORD.contains(method)) {
        path += "/" + username();
        body.remove("username");
        body.put("password", new JsonString(password()));
      }
      ApiRequest request = ApiRequest.put(path, JsonObject.of(body));
      return call.client()
          .secret(request)
          .orElseThrow(() -> Failure.remote("the server answered nothing"));
    }

    private String username() {
      return Optional.ofNullable(given.get("username"))
          .or(
              () ->
                  method.equals("ldap") ? call.environment().exactly("LOGNAME") : Optional.empty())
          .or(() -> method.equals("ldap") ? call.environment().exactly("USER") : Optional.empty())
          .orElseThrow(
              () -> Failure.usage("'username' must be specified: add username=... to the command"));
    }

    private String password() {
      return Optional.ofNullable(given.get("password"))
          .or(
              () ->
                  method.equals("ldap")
                      ? call.environment().find("LDAP_PASSWORD")
                      : Optional.empty())
          .orElseGet(
              () ->
                  call.askSecret(
                      "Password (will be hidden): ",
                      "pass password=- to read it from standard input"));
    }

    private Secret token() {
      String token =
          Optional.ofNullable(given.get("token"))
              .map(String::strip)
              .orElseGet(
                  () ->
                      call.askSecret(
                          "Token (will be hidden): ",
                          "pass - as the argument to read it from standard input"));
      if (token.isEmpty()) {
        throw Failure.usage(
            "a token must be passed to auth, please view the help for more" + " information");
      }
      if ("false".equals(given.get("lookup"))) {
        return Secret.of(
            JsonObject.builder()
                .put("auth", JsonObject.builder().put("client_token", token).build())
                .build());
      }
      call.client().use(token);
      JsonObject data =
          call.client()
              .secret(ApiRequest.get("auth/token/lookup-self"))
              .map(Secret::data)
              .orElse(JsonObject.EMPTY);
      return Secret.of(JsonObject.builder().put("auth", auth(token, data)).build());
    }

    private static JsonObject auth(String token, JsonObject data) {
      JsonValue policies = data.member("policies").orElse(JsonNull.NULL);
      return JsonObject.builder()
          .put("client_token", token)
          .put("accessor", Secret.text(data, "accessor"))
          .put("policies", policies)
          .put("token_policies", policies)
          .put("identity_policies", data.member("identity_policies").orElse(JsonNull.NULL))
          .put("metadata", data.member("meta").orElse(JsonNull.NULL))
          .put("orphan", Secret.is(data, "orphan"))
          .put("entity_id", Secret.text(data, "entity_id"))
          .put("lease_duration", Secret.number(data, "ttl").orElse(0))
          .put("renewable", Secret.is(data, "renewable"))
          .build();
    }

    /** Names nothing that was given. */
    @Override
    public String toString() {
      return "Login[" + method + "]";
    }
  }
}
