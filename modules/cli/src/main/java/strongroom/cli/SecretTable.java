package strongroom.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** A secret as a table of keys and values, as people know it from Vault. */
final class SecretTable {
  private SecretTable() {}

  /** The table, where there is anything to show. */
  static Optional<String> of(Secret secret) {
    Table table = Table.titled("Key", "Value");
    int before = table.render().length();
    lease(table, secret);
    secret.auth().ifPresent(auth -> auth(table, auth));
    secret.wrapInfo().ifPresent(wrap -> wrap(table, wrap));
    members(table, secret.data());
    String text = table.render();
    return text.length() == before ? Optional.empty() : Optional.of(text);
  }

  /** A table of an object's members in the order of their names, where there are any. */
  static Optional<String> of(JsonObject data) {
    if (data.isEmpty()) {
      return Optional.empty();
    }
    Table table = Table.titled("Key", "Value");
    members(table, data);
    return Optional.of(table.render());
  }

  private static void members(Table table, JsonObject data) {
    new TreeMap<>(data.members()).forEach((key, value) -> table.row(key, GoText.cell(key, value)));
  }

  private static void lease(Table table, Secret secret) {
    if (secret.leaseDuration() <= 0) {
      return;
    }
    String duration = GoText.seconds(secret.leaseDuration());
    if (secret.leaseId().isEmpty()) {
      table.row("refresh_interval", duration);
      return;
    }
    table.row("lease_id", secret.leaseId());
    table.row("lease_duration", duration);
    table.row("lease_renewable", Boolean.toString(secret.renewable()));
  }

  private static void auth(Table table, JsonObject auth) {
    Optional<JsonObject> mfa = Secret.object(auth, "mfa_requirement");
    if (mfa.isPresent()) {
      table.row("mfa_request_id", Secret.text(mfa.get(), "mfa_request_id"));
      table.row(
          "mfa_constraints",
          GoText.value(mfa.get().member("mfa_constraints").orElse(JsonNull.NULL)));
      return;
    }
    long duration = Secret.number(auth, "lease_duration").orElse(0);
    table.row("token", Secret.text(auth, "client_token"));
    table.row("token_accessor", Secret.text(auth, "accessor"));
    // No duration is a root token's, most likely.
    table.row("token_duration", duration == 0 ? "∞" : GoText.seconds(duration));
    table.row("token_renewable", Boolean.toString(Secret.is(auth, "renewable")));
    table.row("token_policies", GoText.quoted(Secret.strings(auth, "token_policies")));
    table.row("identity_policies", GoText.quoted(Secret.strings(auth, "identity_policies")));
    table.row("policies", GoText.quoted(Secret.strings(auth, "policies")));
    JsonObject metadata = Secret.object(auth, "metadata").orElse(JsonObject.EMPTY);
    new TreeMap<>(metadata.members())
        .forEach((key, value) -> table.row("token_meta_" + key, GoText.value(value)));
  }

  private static void wrap(Table table, JsonObject wrap) {
    table.row("wrapping_token:", Secret.text(wrap, "token"));
    table.row("wrapping_accessor:", Secret.text(wrap, "accessor"));
    table.row("wrapping_token_ttl:", GoText.seconds(Secret.number(wrap, "ttl").orElse(0)));
    table.row("wrapping_token_creation_time:", GoText.time(Secret.text(wrap, "creation_time")));
    table.row("wrapping_token_creation_path:", Secret.text(wrap, "creation_path"));
    table.rowUnlessEmpty("wrapped_accessor:", Secret.text(wrap, "wrapped_accessor"));
  }

  /** The names of a list; with {@code detailed}, what the answer says of each beside it. */
  static String keys(Secret secret, List<String> names, boolean detailed) {
    List<String> sorted = names.stream().sorted().toList();
    JsonObject info =
        detailed
            ? Secret.object(secret.data(), "key_info").orElse(JsonObject.EMPTY)
            : JsonObject.EMPTY;
    TreeSet<String> columns = new TreeSet<>();
    for (String name : sorted) {
      Secret.object(info, name).ifPresent(object -> columns.addAll(object.members().keySet()));
    }
    List<String> header = new ArrayList<>(List.of("Keys"));
    header.addAll(columns);
    Table table = Table.titled(header.toArray(String[]::new));
    for (String name : sorted) {
      Map<String, JsonValue> values = Secret.object(info, name).orElse(JsonObject.EMPTY).members();
      List<String> row = new ArrayList<>(List.of(name));
      for (String column : columns) {
        JsonValue value = values.get(column);
        row.add(value == null ? "" : GoText.cell(column, value));
      }
      table.row(row);
    }
    return table.render();
  }
}
