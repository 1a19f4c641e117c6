package strongroom.ceremony;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** The record as plain text, to be printed, read and kept. */
public final class CeremonyPage {
  private static final String RULE = "-".repeat(78);

  private final StringBuilder page = new StringBuilder();

  private CeremonyPage() {}

  /**
   * The page.
   *
   * @param problems what {@link CeremonyCheck} has found
   */
  public static String of(
      List<SignedEntry> entries,
      Optional<CeremonyHead> head,
      byte[] publicHalf,
      List<String> problems) {
    CeremonyPage page = new CeremonyPage();
    page.line("RECORD OF KEY CEREMONIES");
    page.line("");
    page.line("Entries:      " + entries.size());
    page.line("Signed by:    Ed25519, SHA-256 of the public key:");
    page.line("              " + CeremonyKey.fingerprint(publicHalf));
    page.line("Last entry:   " + head.map(CeremonyHead::hash).orElse("unknown"));
    page.line(
        "Checked:      "
            + (problems.isEmpty()
                ? "signatures, order and end are right"
                : "NOT RIGHT, see below"));
    problems.forEach(problem -> page.line("  * " + problem));
    page.line("");
    page.line("Keep the number of entries and the hash of the last one outside of the system:");
    page.line("\"operator ceremony verify -count=N -hash=HASH\" then tells whether anything was");
    page.line("taken away since.");
    entries.forEach(page::entry);
    page.line(RULE);
    page.line("");
    page.line("Seen by:      ______________________________   Date: __________________");
    return page.page.toString();
  }

  private void entry(SignedEntry signed) {
    line(RULE);
    try {
      CeremonyEntry entry = signed.entry();
      line(entry.number() + "   " + entry.timeText() + "   " + entry.event());
      members("    ", entry.details());
      members("    cluster ", entry.cluster());
      for (SortedMap<String, String> seal : entry.seals()) {
        line("    seal " + seal.getOrDefault("name", ""));
        members("      ", seal);
      }
      line(
          "    wrapped by HSM: "
              + (signed.proofs().isEmpty() ? "no" : String.join(", ", signed.proofs().keySet())));
    } catch (CeremonyFault e) {
      line("    cannot be read: " + e.getMessage());
    }
    line("    hash " + signed.hash());
  }

  private void members(String before, SortedMap<String, String> members) {
    members.forEach((name, value) -> line(before + name + ": " + printable(value)));
  }

  /** Who writes a name must not be able to write a line of the page. */
  private static String printable(String value) {
    return value.codePoints().anyMatch(Character::isISOControl)
        ? value.replaceAll("\\p{Cntrl}", "?")
        : value;
  }

  private void line(String text) {
    page.append(text).append('\n');
  }
}
