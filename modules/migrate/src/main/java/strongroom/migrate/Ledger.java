package strongroom.migrate;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Keeps count during a run. Written by all its threads, under its own lock. */
final class Ledger {
  private static final class Count {
    long found;
    long verified;
    final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  }

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private final List<Report.Finding> findings = new ArrayList<>();
  private final List<Report.LeftBehind> leftBehind = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  synchronized void found(String section, long number) {
    count(section).found += number;
  }

  /** Counts an entry that came to {@link Outcome#MOVED} or {@link Outcome#IN_PLACE}. */
  synchronized void came(String section, Outcome outcome) {
    count(section).outcomes.merge(outcome, 1L, Long::sum);
  }

  /** Counts an entry that somebody has to look at. */
  synchronized void came(String section, String name, Outcome outcome, String why) {
    came(section, outcome);
    findings.add(new Report.Finding(section, printable(name), outcome, printable(why)));
  }

  synchronized void verified(String section) {
    count(section).verified++;
  }

  /** An entry that had come to something good turns out not to be the same. */
  synchronized void unverified(String section, String name, String why) {
    findings.add(
        new Report.Finding(
            section, printable(name), Outcome.DIFFERS, printable("read back: " + why)));
  }

  synchronized void cannotMove(String what, String why, String advice) {
    leftBehind.add(new Report.LeftBehind(printable(what), printable(why), advice));
  }

  synchronized void note(String text) {
    String line = printable(text);
    if (!notes.contains(line)) {
      notes.add(line);
    }
  }

  /** Names come from the source: none may steer a terminal or break a line. */
  private static String printable(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints().map(c -> Character.isISOControl(c) ? ' ' : c).forEach(plain::appendCodePoint);
    return plain.toString();
  }

  private Count count(String section) {
    return counts.computeIfAbsent(section, any -> new Count());
  }

  synchronized List<Report.Section> sections() {
    List<Report.Section> sections = new ArrayList<>();
    counts.forEach(
        (name, count) ->
            sections.add(
                new Report.Section(name, count.found, Map.copyOf(count.outcomes), count.verified)));
    return sections;
  }

  synchronized List<Report.Finding> findings() {
    return List.copyOf(findings);
  }

  synchronized List<Report.LeftBehind> leftBehind() {
    return List.copyOf(leftBehind);
  }

  synchronized List<String> notes() {
    return List.copyOf(notes);
  }
}
