package strongroom.config;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The keys that may be written in one kind of block, or outside of all. */
final class Stanza {
  private enum Manner {
    LENIENT,
    QUIET,
    STRICT
  }

  private final String title;
  private final Manner manner;
  private final List<SettingKey> keys;
  private final Map<String, SettingKey> byName = new HashMap<>();

  private Stanza(String title, Manner manner, List<SettingKey> keys) {
    this.title = title;
    this.manner = manner;
    this.keys = List.copyOf(keys);
    for (SettingKey key : keys) {
      add(key.name(), key);
      key.aliases().forEach(alias -> add(alias, key));
    }
  }

  private void add(String name, SettingKey key) {
    if (byName.put(name, key) != null) {
      throw new IllegalArgumentException(name + " is declared twice in " + title);
    }
  }

  /** A stanza where an unknown key is worth a warning. */
  static Stanza of(String title, List<SettingKey> keys) {
    return new Stanza(title, Manner.LENIENT, keys);
  }

  /** A stanza inside one of which it is already said that it has no effect. */
  static Stanza quiet(String title, List<SettingKey> keys) {
    return new Stanza(title, Manner.QUIET, keys);
  }

  /** A stanza where an unknown key is an error: what it asks for must not be missed. */
  static Stanza strict(String title, List<SettingKey> keys) {
    return new Stanza(title, Manner.STRICT, keys);
  }

  @SafeVarargs
  static List<SettingKey> join(List<SettingKey>... lists) {
    List<SettingKey> all = new ArrayList<>();
    for (List<SettingKey> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  /** As it is written: {@code listener "tcp"}; for the top, {@code the top level}. */
  String title() {
    return title;
  }

  boolean isStrict() {
    return manner == Manner.STRICT;
  }

  boolean isQuiet() {
    return manner == Manner.QUIET;
  }

  List<SettingKey> keys() {
    return keys;
  }

  /** The key of that name or alias, whatever its case, as HCL takes it. */
  Optional<SettingKey> find(String name) {
    return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
  }

  /** The key of that name, which the code knows to be there. */
  SettingKey declared(String name) {
    SettingKey key = byName.get(name);
    if (key == null) {
      throw new IllegalArgumentException(name + " is not declared in " + title);
    }
    return key;
  }

  List<String> names() {
    return List.copyOf(byName.keySet());
  }
}
