package strongroom.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.hcl.HclBoolean;
import strongroom.hcl.HclList;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclNumber;
import strongroom.hcl.HclObject;
import strongroom.hcl.HclString;
import strongroom.hcl.HclValue;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;
import strongroom.logical.TimeText;

/**
 * A stanza's members by the keys it may have, read with Vault's leniency: numbers and booleans also
 * as text. What is wrong goes to {@link Problems}, and the reader goes on, so that all is told at
 * once.
 */
final class Stanza {
  private final Problems problems;
  private final Position place;
  private final Map<String, HclMember> members = new LinkedHashMap<>();

  Stanza(String name, HclObject body, Position place, List<Key> keys, Problems problems) {
    this.problems = problems;
    this.place = place;
    Map<String, Key> known =
        keys.stream().collect(Collectors.toMap(Key::name, key -> key, (a, b) -> a));
    for (HclMember member : body.members()) {
      Key key = known.get(member.name());
      if (key == null) {
        problems.notice(
            member.key().at(),
            name
                + " knows no key "
                + member.key().quoted()
                + ", which has no effect"
                + Spelling.hint(member.name(), known.keySet()));
      } else if (!key.used()) {
        problems.notice(
            member.key().at(), member.key().quoted() + " is taken and has no effect here yet");
      } else if (check(member, key)) {
        members.put(member.name(), member);
      }
    }
  }

  private boolean check(HclMember member, Key key) {
    boolean good =
        switch (key.type()) {
          case TEXT -> asText(member.value()).isPresent();
          case BOOLEAN -> asBoolean(member.value()).isPresent();
          case NUMBER -> asNumber(member.value()).isPresent();
          case DURATION -> asDuration(member.value()).isPresent();
          case TEXTS -> asTexts(member.value()).isPresent();
          case ANY -> true;
        };
    if (!good) {
      String expected =
          switch (key.type()) {
            case TEXT -> "text in quotes";
            case BOOLEAN -> "true or false";
            case NUMBER -> "a whole number";
            case DURATION -> "a duration such as \"90s\" or \"1h\"";
            case TEXTS -> "text, or a list of texts";
            case ANY -> "anything";
          };
      problems.error(
          member.value().at(), key.name() + " is " + expected + ", not " + member.value().kind());
    }
    return good;
  }

  Position place() {
    return place;
  }

  Optional<Position> at(String key) {
    return Optional.ofNullable(members.get(key)).map(member -> member.value().at());
  }

  Optional<HclMember> member(String key) {
    return Optional.ofNullable(members.get(key));
  }

  Optional<String> text(String key) {
    return member(key).flatMap(member -> asText(member.value())).filter(text -> !text.isEmpty());
  }

  boolean flag(String key, boolean otherwise) {
    return member(key).flatMap(member -> asBoolean(member.value())).orElse(otherwise);
  }

  Optional<Long> number(String key) {
    return member(key).flatMap(member -> asNumber(member.value()));
  }

  Optional<Duration> duration(String key) {
    return member(key).flatMap(member -> asDuration(member.value()));
  }

  List<String> texts(String key) {
    return member(key).flatMap(member -> asTexts(member.value())).orElse(List.of());
  }

  static Optional<String> asText(HclValue value) {
    return switch (value) {
      case HclString text -> Optional.of(text.value());
      case HclNumber number -> Optional.of(number.lexeme());
      case HclBoolean bool -> Optional.of(Boolean.toString(bool.value()));
      case HclList list -> Optional.empty();
      case HclObject object -> Optional.empty();
    };
  }

  static Optional<Boolean> asBoolean(HclValue value) {
    return asText(value)
        .flatMap(
            text ->
                switch (text.strip().toLowerCase(Locale.ROOT)) {
                  case "true", "t", "1", "yes", "on" -> Optional.of(true);
                  case "false", "f", "0", "no", "off", "" -> Optional.of(false);
                  default -> Optional.empty();
                });
  }

  private static Optional<Long> asNumber(HclValue value) {
    return switch (value) {
      case HclNumber number -> number.toLong().stream().boxed().findFirst();
      case HclString text -> parsed(text.value());
      case HclBoolean bool -> Optional.empty();
      case HclList list -> Optional.empty();
      case HclObject object -> Optional.empty();
    };
  }

  private static Optional<Long> parsed(String text) {
    try {
      return Optional.of(Long.decode(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static Optional<Duration> asDuration(HclValue value) {
    return asText(value).flatMap(TimeText::parseDuration).filter(d -> !d.isNegative());
  }

  private static Optional<List<String>> asTexts(HclValue value) {
    if (value instanceof HclList list) {
      List<String> texts = new ArrayList<>();
      for (HclValue item : list.items()) {
        Optional<String> text = asText(item);
        if (text.isEmpty()) {
          return Optional.empty();
        }
        texts.add(text.get().strip());
      }
      return Optional.of(texts);
    }
    return asText(value)
        .map(
            text ->
                List.of(text.split(",")).stream()
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList());
  }
}
