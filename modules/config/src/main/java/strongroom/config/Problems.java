package strongroom.config;

import java.util.ArrayList;
import java.util.List;
import strongroom.hcl.Position;

/** Collects what is wrong and what is worth saying, so that all of it is told at once. */
final class Problems {
  private final List<String> problems = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();

  void problem(Position at, String text) {
    problem(Given.place(at), text);
  }

  void problem(String place, String text) {
    problems.add(place + ": " + text);
  }

  void warn(Position at, String text) {
    notices.add(new Notice(Notice.Severity.WARNING, Given.place(at), text));
  }

  void inform(Position at, String text) {
    notices.add(new Notice(Notice.Severity.INFO, Given.place(at), text));
  }

  List<Notice> notices() {
    return List.copyOf(notices);
  }

  boolean any() {
    return !problems.isEmpty();
  }

  /** Ends the reading where anything is wrong. */
  void throwIfAny() {
    if (any()) {
      List<String> warnings =
          notices.stream()
              .filter(notice -> notice.severity() == Notice.Severity.WARNING)
              .map(notice -> notice.place() + ": warning: " + notice.text())
              .toList();
      throw new ConfigurationFault(problems, warnings);
    }
  }
}
