package strongroom.migrate;

import java.util.List;
import java.util.Map;

/**
 * What engines and auth methods that do not move keep below which lists, and what an operator can
 * do. Data, so that a new one is a line.
 */
final class KnownEngines {
  /**
   * An engine.
   *
   * @param lists the lists below its mount
   * @param advice what to do
   */
  record Known(List<String> lists, String advice) {}

  private static final Known OTHER =
      new Known(List.of(), "keep the source for it, or set it up anew where Strongroom has it");

  private static final String LOGINS =
      "Strongroom has no logins but by token yet: give these clients tokens of a token role";

  private static final Map<String, Known> SECRETS =
      Map.ofEntries(
          Map.entry(
              "transit",
              new Known(
                  List.of("keys"),
                  "keys that are not exportable never leave; decrypt or rewrap what they encrypted"
                      + " before the source is switched off")),
          Map.entry(
              "pki",
              new Known(
                  List.of("roles", "issuers"),
                  "a CA's key made inside never leaves; plan a new intermediate")),
          Map.entry(
              "database",
              new Known(
                  List.of("config", "roles", "static-roles"),
                  "passwords of connections cannot be read; keep the source for it")),
          Map.entry("ssh", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("aws", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("azure", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("gcp", new Known(List.of("roleset", "static-account"), OTHER.advice())),
          Map.entry("consul", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("kubernetes", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("ldap", new Known(List.of("role", "static-role"), OTHER.advice())),
          Map.entry("rabbitmq", new Known(List.of("roles"), OTHER.advice())),
          Map.entry("totp", new Known(List.of("keys"), OTHER.advice())));

  private static final Map<String, Known> AUTH =
      Map.ofEntries(
          Map.entry(
              "approle",
              new Known(List.of("role"), "secret ids cannot be read from any server; " + LOGINS)),
          Map.entry(
              "userpass",
              new Known(List.of("users"), "passwords cannot be read from any server; " + LOGINS)),
          Map.entry("ldap", new Known(List.of("users", "groups"), LOGINS)),
          Map.entry("kubernetes", new Known(List.of("role"), LOGINS)),
          Map.entry("jwt", new Known(List.of("role"), LOGINS)),
          Map.entry("oidc", new Known(List.of("role"), LOGINS)),
          Map.entry("cert", new Known(List.of("certs"), LOGINS)),
          Map.entry("aws", new Known(List.of("roles"), LOGINS)),
          Map.entry("azure", new Known(List.of("role"), LOGINS)),
          Map.entry("gcp", new Known(List.of("role"), LOGINS)),
          Map.entry("radius", new Known(List.of("users"), LOGINS)));

  private KnownEngines() {}

  static Known secrets(String type) {
    return SECRETS.getOrDefault(type, OTHER);
  }

  static Known auth(String type) {
    return AUTH.getOrDefault(type, new Known(List.of(), LOGINS));
  }
}
