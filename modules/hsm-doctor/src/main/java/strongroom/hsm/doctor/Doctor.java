package strongroom.hsm.doctor;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Looks into the HSMs of one or several nodes. Changes nothing in them, logs in once to each, and
 * gives no further PIN to an HSM token that has refused one.
 */
public final class Doctor {
  private final Clock clock;
  private final SecureRandom random;

  /** Looks nowhere yet. */
  public Doctor(Clock clock, SecureRandom random) {
    this.clock = clock;
    this.random = random;
  }

  /** A report for each of {@code patients}, in their order. */
  public List<Report> examine(List<Patient> patients) {
    List<Report> reports = new ArrayList<>();
    Refusals refusals = new Refusals();
    try (KeyComparison comparison = new KeyComparison()) {
      for (Patient patient : patients) {
        reports.add(new Examination(patient, refusals, comparison, clock, random).run());
      }
    }
    return reports;
  }

  /** How bad the worst finding of all is. */
  public static Severity worst(List<Report> reports) {
    return reports.stream().map(Report::worst).max(Comparator.naturalOrder()).orElse(Severity.FINE);
  }
}
