package strongroom.migrate;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What a run found and did. It holds names and reasons; no secret, and no hash of one.
 *
 * @param started when the run began
 * @param ended when it ended
 * @param source the source's address
 * @param target the target's address
 * @param dryRun whether nothing was to be written
 * @param interrupted why the run ended early; empty text where it did not
 * @param sections what was to be moved, by kind or mount, in the order of the run
 * @param findings the entries that were not simply moved
 * @param leftBehind what cannot move, and what to do instead
 * @param notes what to know about all that was moved
 */
public record Report(
    Instant started,
    Instant ended,
    String source,
    String target,
    boolean dryRun,
    String interrupted,
    List<Section> sections,
    List<Finding> findings,
    List<LeftBehind> leftBehind,
    List<String> notes) {

  /** Keeps copies. */
  public Report {
    sections = List.copyOf(sections);
    findings = List.copyOf(findings);
    leftBehind = List.copyOf(leftBehind);
    notes = List.copyOf(notes);
  }

  /**
   * Counts of one kind of entry, or of one mount's keys.
   *
   * @param name {@code policies}, or {@code keys of secret/}
   * @param found how many the source has
   * @param outcomes how many came to what
   * @param verified how many were read back from both sides at the end and were the same
   */
  public record Section(String name, long found, Map<Outcome, Long> outcomes, long verified) {
    /** Keeps a copy of {@code outcomes}. */
    public Section {
      outcomes = Map.copyOf(outcomes);
    }

    /** How many came to {@code outcome}. */
    public long of(Outcome outcome) {
      return outcomes.getOrDefault(outcome, 0L);
    }
  }

  /**
   * An entry that somebody has to look at.
   *
   * @param section the section it is counted in
   * @param name its name
   * @param outcome what came of it
   * @param why the reason
   */
  public record Finding(String section, String name, Outcome outcome, String why) {}

  /**
   * What cannot move.
   *
   * @param what what it is
   * @param why why it cannot
   * @param advice what to do
   */
  public record LeftBehind(String what, String why, String advice) {}

  /** Whether all that can move is on the target, the same, as far as this run went. */
  public boolean complete() {
    return interrupted.isEmpty() && findings.isEmpty();
  }
}
