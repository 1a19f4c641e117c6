package strongroom.config;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;

/**
 * Reads one stanza by its declaration. A value of the wrong type is a problem, after which its
 * fallback stands in, so that the reading goes on and finds the rest.
 *
 * <p>Of what is given in several ways a flag wins, then a variable, then the file.
 */
final class StanzaReader {
  private final Stanza stanza;
  private final Position at;
  private final Environment environment;
  private final Problems problems;
  private final Map<String, Given> values = new HashMap<>();
  private final Map<String, List<HclMember>> blocks = new LinkedHashMap<>();

  StanzaReader(
      Stanza stanza,
      Position at,
      List<HclMember> members,
      Environment environment,
      Problems problems) {
    this.stanza = stanza;
    this.at = at;
    this.environment = environment;
    this.problems = problems;
    members.forEach(this::take);
    for (SettingKey key : stanza.keys()) {
      environment.find(key).ifPresent(given -> values.put(key.name(), given));
    }
  }

  static StanzaReader of(
      Stanza stanza, HclBlock block, Environment environment, Problems problems) {
    return new StanzaReader(
        stanza, block.key().at(), block.body().members(), environment, problems);
  }

  private void take(HclMember member) {
    HclKey written = member.key();
    Optional<SettingKey> known = stanza.find(written.text());
    if (known.isEmpty()) {
      unknown(written);
      return;
    }
    SettingKey key = known.get();
    tellEffect(key, written);
    if (key.kind() == Kind.BLOCK) {
      blocks.computeIfAbsent(key.name(), name -> new ArrayList<>()).add(member);
      return;
    }
    if (member.keys().size() > 1) {
      problems.problem(
          member.keys().get(1).at(),
          written.quoted() + " takes " + key.kind().allowed() + ", not a block with labels");
      return;
    }
    Given before = values.put(key.name(), new Given(written.text(), member.value()));
    if (before != null) {
      tellTwice(written, before);
    }
  }

  private void unknown(HclKey written) {
    String text =
        written.quoted()
            + " is not a key of "
            + stanza.title()
            + Spelling.hint(written.text(), stanza.names());
    if (stanza.isStrict()) {
      problems.problem(written.at(), text + "; allowed are " + String.join(", ", allowedNames()));
    } else {
      problems.warn(written.at(), text + "; it is ignored");
    }
  }

  private List<String> allowedNames() {
    return stanza.keys().stream().map(SettingKey::name).toList();
  }

  private void tellEffect(SettingKey key, HclKey written) {
    if (stanza.isQuiet()) {
      return;
    }
    switch (key.effect()) {
      case WORKS -> {}
      case NONE -> problems.inform(written.at(), written.quoted() + " has no effect here");
      case LACKING ->
          problems.warn(
              written.at(),
              written.quoted() + " asks for what this version does not do yet; it is ignored");
    }
  }

  /** Of several files the last one counts, as documented; within one it looks like a mistake. */
  private void tellTwice(HclKey written, Given before) {
    String text =
        written.quoted() + " is given before, at " + Given.place(before.at()) + "; this one counts";
    if (before.at().file().equals(written.at().file())) {
      problems.warn(written.at(), text);
    } else {
      problems.inform(written.at(), text);
    }
  }

  /** Lets {@code flags}, by key, win over everything else. */
  StanzaReader flags(Map<String, String> flags) {
    flags.forEach(
        (name, text) -> {
          SettingKey key = stanza.declared(name);
          String flag = "flag -" + key.name().replace('_', '-');
          values.put(key.name(), Given.outside(name, flag, text));
        });
    return this;
  }

  /** Where the stanza starts. */
  Position at() {
    return at;
  }

  Problems problems() {
    return problems;
  }

  Environment environment() {
    return environment;
  }

  String title() {
    return stanza.title();
  }

  Optional<Given> given(String name) {
    return Optional.ofNullable(values.get(stanza.declared(name).name()));
  }

  private <T> Optional<T> converted(String name, Function<Given, Optional<T>> conversion) {
    Optional<Given> given = given(name);
    Optional<T> value = given.flatMap(conversion);
    if (given.isPresent() && value.isEmpty()) {
      problems.problem(
          given.get().at(),
          HclKey.quoted(given.get().key())
              + " takes "
              + stanza.declared(name).kind().allowed()
              + ", not this "
              + given.get().value().kind().replaceFirst("^an? ", ""));
    }
    return value;
  }

  /** Text; empty text counts as absent. */
  Optional<String> text(String name) {
    return converted(name, Given::text).filter(text -> !text.isEmpty());
  }

  /** The path of a file or folder. */
  Optional<Path> path(String name) {
    try {
      return text(name).map(Path::of);
    } catch (InvalidPathException e) {
      problems.problem(
          given(name).orElseThrow().at(), HclKey.quoted(name) + " takes the path of a file");
      return Optional.empty();
    }
  }

  boolean bool(String name, boolean fallback) {
    return converted(name, Given::bool).orElse(fallback);
  }

  Duration duration(String name, Duration fallback) {
    return converted(name, Given::duration).orElse(fallback);
  }

  List<String> texts(String name) {
    return converted(name, Given::texts).orElse(List.of());
  }

  /** A whole number, or a number of bytes, from {@code min} to {@code max}. */
  long whole(String name, long fallback, long min, long max) {
    boolean bytes = stanza.declared(name).kind() == Kind.BYTES;
    Optional<Long> number = converted(name, given -> boxed(bytes ? given.bytes() : given.whole()));
    if (number.isPresent() && (number.get() < min || number.get() > max)) {
      problems.problem(
          given(name).orElseThrow().at(),
          HclKey.quoted(name) + " is " + number.get() + "; it must be from " + min + " to " + max);
      return fallback;
    }
    return number.orElse(fallback);
  }

  private static Optional<Long> boxed(OptionalLong number) {
    return number.isPresent() ? Optional.of(number.getAsLong()) : Optional.empty();
  }

  /** One of the constants of {@code choices}, by their names in {@code words}. */
  <T> Optional<T> choice(String name, Map<String, T> words) {
    Optional<String> text = text(name);
    Optional<T> chosen = text.map(t -> words.get(t.toLowerCase(Locale.ROOT)));
    if (text.isPresent() && chosen.isEmpty()) {
      problems.problem(
          given(name).orElseThrow().at(),
          HclKey.quoted(name)
              + " takes one of "
              + String.join(", ", words.keySet())
              + Spelling.hint(text.get(), words.keySet()));
    }
    return chosen;
  }

  /** The blocks of the name {@code name}, with so many labels each. */
  List<HclBlock> blocks(String name, int labels) {
    List<HclBlock> found = new ArrayList<>();
    for (HclMember member : blocks.getOrDefault(stanza.declared(name).name(), List.of())) {
      try {
        found.addAll(HclObject.blocks(member, labels));
      } catch (HclSyntax e) {
        problems.problem(e.at(), e.problem());
      }
    }
    return found;
  }

  /** The only block of a name; of several in one file the second is a problem. */
  Optional<HclBlock> onlyBlock(String name, int labels) {
    List<HclBlock> found = blocks(name, labels);
    for (int i = 1; i < found.size(); i++) {
      Position before = found.get(i - 1).key().at();
      HclKey here = found.get(i).key();
      if (before.file().equals(here.at().file())) {
        problems.problem(
            here.at(), here.quoted() + " is given twice; remove this one or the one at " + before);
      } else {
        problems.inform(here.at(), here.quoted() + " replaces the one at " + before);
      }
    }
    return found.isEmpty() ? Optional.empty() : Optional.of(found.getLast());
  }

  /** A reader of the only block of a name that takes no labels; of nothing, where there is none. */
  StanzaReader inner(String name, Stanza inner) {
    return onlyBlock(name, 0)
        .map(block -> of(inner, block, environment, problems))
        .orElseGet(() -> new StanzaReader(inner, at, List.of(), environment, problems));
  }
}
