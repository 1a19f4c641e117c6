package strongroom.config;

import java.util.List;

/**
 * A key that may be written in a stanza, declared once.
 *
 * @param name the key
 * @param kind the type of its value
 * @param fallback what holds without it, for the documentation; empty text for nothing
 * @param effect what comes of it
 * @param meaning one line for the documentation
 * @param variables the environment variables that win over the file, as {@code VAULT_…}; each is
 *     read as {@code BAO_…} first
 * @param aliases other spellings of the key
 */
record SettingKey(
    String name,
    Kind kind,
    String fallback,
    Effect effect,
    String meaning,
    List<String> variables,
    List<String> aliases) {

  static SettingKey of(String name, Kind kind, String fallback, String meaning) {
    return new SettingKey(name, kind, fallback, Effect.WORKS, meaning, List.of(), List.of());
  }

  /** A key that is accepted and changes nothing. */
  static SettingKey none(String name, Kind kind, String meaning) {
    return new SettingKey(name, kind, "", Effect.NONE, meaning, List.of(), List.of());
  }

  /** A key that asks for what this version does not do. */
  static SettingKey lacking(String name, Kind kind, String meaning) {
    return new SettingKey(name, kind, "", Effect.LACKING, meaning, List.of(), List.of());
  }

  SettingKey variables(String... names) {
    return new SettingKey(name, kind, fallback, effect, meaning, List.of(names), aliases);
  }

  SettingKey aliases(String... names) {
    return new SettingKey(name, kind, fallback, effect, meaning, variables, List.of(names));
  }
}
