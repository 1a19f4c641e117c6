package strongroom.ceremony;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks a record: every signature, that each entry follows the one before, and that none is
 * missing at the end. What it cannot notice is a whole record, its end included, put back to an
 * earlier state; for that, note count and hash outside and give them as {@link Anchor}.
 */
public final class CeremonyCheck {
  private final byte[] publicHalf;
  private final String fingerprint;
  private final List<String> problems = new ArrayList<>();

  private CeremonyCheck(byte[] publicHalf) {
    this.publicHalf = publicHalf;
    this.fingerprint = CeremonyKey.fingerprint(publicHalf);
  }

  /**
   * What was noted of the record at an earlier time.
   *
   * @param count how many entries it had
   * @param hash of the last of them, in hex
   */
  public record Anchor(long count, String hash) {}

  /**
   * What is wrong with a record; empty where nothing is.
   *
   * @param entries in their order
   * @param head its end; empty where that is missing
   * @param publicHalf of the key that signs
   */
  public static List<String> problems(
      List<SignedEntry> entries,
      Optional<CeremonyHead> head,
      byte[] publicHalf,
      Optional<Anchor> anchor) {
    CeremonyCheck check = new CeremonyCheck(publicHalf);
    check.chain(entries);
    check.end(entries, head);
    anchor.ifPresent(noted -> check.anchor(entries, noted));
    return List.copyOf(check.problems);
  }

  private void chain(List<SignedEntry> entries) {
    String previous = "";
    Instant last = Instant.MIN;
    for (int i = 0; i < entries.size(); i++) {
      SignedEntry signed = entries.get(i);
      long place = i + 1L;
      if (!CeremonyKey.signed(publicHalf, signed.text(), signed.signature())) {
        problems.add("entry " + place + " was changed: its signature is not the record's");
      }
      try {
        CeremonyEntry entry = signed.entry();
        follows(entry, place, previous);
        if (entry.time().isBefore(last)) {
          problems.add("entry " + place + " is older than the one before it: a clock was wrong");
        }
        last = entry.time();
      } catch (CeremonyFault e) {
        problems.add("entry " + place + " cannot be read: " + e.getMessage());
      }
      previous = signed.hash();
    }
  }

  private void follows(CeremonyEntry entry, long place, String previous) {
    if (entry.number() != place) {
      problems.add(
          "in place " + place + " stands entry " + entry.number() + ": one was removed or moved");
    }
    if (!entry.previous().equals(previous)) {
      problems.add("entry " + entry.number() + " does not follow the one that stands before it");
    }
    if (!entry.key().equals(fingerprint)) {
      problems.add("entry " + entry.number() + " names another key");
    }
  }

  private void end(List<SignedEntry> entries, Optional<CeremonyHead> head) {
    if (head.isEmpty()) {
      if (!entries.isEmpty()) {
        problems.add("the end of the record is missing: entries may be missing behind");
      }
      return;
    }
    CeremonyHead end = head.get();
    String text = CeremonyHead.text(end.count(), end.hash());
    if (!CeremonyKey.signed(publicHalf, text, end.signature())) {
      problems.add("the end of the record was changed: its signature is not the record's");
    }
    if (end.count() != entries.size()) {
      problems.add(
          "the record says that it has "
              + end.count()
              + " entries, and there are "
              + entries.size());
    } else if (!entries.isEmpty() && !entries.getLast().hash().equals(end.hash())) {
      problems.add("the last entry is not the one that the end of the record names");
    }
  }

  private void anchor(List<SignedEntry> entries, Anchor noted) {
    boolean there =
        noted.count() > 0
            && noted.count() <= entries.size()
            && entries.get((int) noted.count() - 1).hash().equals(noted.hash());
    if (!there) {
      problems.add(
          "the record does not hold the entry "
              + noted.count()
              + " that was noted: it was put back to an earlier state, or is another one");
    }
  }
}
