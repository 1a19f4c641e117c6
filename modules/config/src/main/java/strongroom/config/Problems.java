package strongroom.config;

import java.util.ArrayList;
import java.util.List;
import strongroom.hcl.HclSyntax;
import strongroom.hcl.Position;

/** What was found wrong, or worth saying, while a configuration is read. */
final class Problems {
  private final List<String> errors = new ArrayList<>();
  private final List<Notice> notices = new ArrayList<>();

  void error(Position at, String problem) {
    errors.add(at + ": " + problem);
  }

  void error(String problem) {
    errors.add(problem);
  }

  void error(HclSyntax syntax) {
    errors.add(syntax.at() + ": " + syntax.problem());
  }

  void notice(Position at, String text) {
    notices.add(new Notice(at + ": " + text));
  }

  List<Notice> notices() {
    return List.copyOf(notices);
  }

  void throwIfAny() {
    if (!errors.isEmpty()) {
      throw new ConfigurationFault(errors);
    }
  }
}
