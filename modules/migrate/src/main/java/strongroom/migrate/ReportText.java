package strongroom.migrate;

import java.time.temporal.ChronoUnit;
import java.util.Locale;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/** A report in Markdown, for people, and in JSON, for programs. */
public final class ReportText {
  private ReportText() {}

  /** How the run ended, in one sentence. */
  public static String verdict(Report report) {
    if (!report.interrupted().isEmpty()) {
      return "The run ended early: " + report.interrupted();
    }
    if (report.dryRun()) {
      return "Nothing was written: this was a dry run.";
    }
    if (!report.findings().isEmpty()) {
      return "Not all is on the target: "
          + report.findings().size()
          + " entries failed or differ. Look at them, then run this again.";
    }
    return "All that can move is on the target and was read back the same.";
  }

  /** The report in Markdown. */
  public static String markdown(Report report) {
    StringBuilder text = new StringBuilder("# Migration report\n\n");
    text.append(verdict(report)).append("\n\n");
    text.append("- from ").append(report.source()).append('\n');
    text.append("- to ").append(report.target()).append('\n');
    text.append("- from ").append(report.started().truncatedTo(ChronoUnit.SECONDS));
    text.append(" to ").append(report.ended().truncatedTo(ChronoUnit.SECONDS)).append("\n\n");
    text.append(
        "| what | on the source | moved | in place | differs | failed | read back the same |\n");
    text.append("|---|--:|--:|--:|--:|--:|--:|\n");
    for (Report.Section section : report.sections()) {
      text.append(String.format(Locale.ROOT, "| %s | %d |", cell(section.name()), section.found()));
      for (Outcome outcome : Outcome.values()) {
        text.append(String.format(Locale.ROOT, " %d |", section.of(outcome)));
      }
      text.append(String.format(Locale.ROOT, " %d |%n", section.verified()));
    }
    if (!report.findings().isEmpty()) {
      text.append("\n## To look at\n\n| what | name | outcome | why |\n|---|---|---|---|\n");
      for (Report.Finding finding : report.findings()) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |%n",
                cell(finding.section()),
                cell(finding.name()),
                finding.outcome().word(),
                cell(finding.why())));
      }
    }
    if (!report.leftBehind().isEmpty()) {
      text.append("\n## What could not move\n\n| what | why | what to do |\n|---|---|---|\n");
      for (Report.LeftBehind left : report.leftBehind()) {
        text.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s |%n",
                cell(left.what()),
                cell(left.why()),
                cell(left.advice())));
      }
    }
    if (!report.notes().isEmpty()) {
      text.append("\n## To know\n\n");
      report.notes().forEach(note -> text.append("- ").append(note).append('\n'));
    }
    return text.toString();
  }

  /** No name may break out of its cell. */
  private static String cell(String text) {
    return text.replace("|", "\\|");
  }

  /** The report in JSON. */
  public static JsonObject json(Report report) {
    return JsonObject.builder()
        .put("verdict", verdict(report))
        .put("complete", report.complete() && !report.dryRun())
        .put("dry_run", report.dryRun())
        .put("source", report.source())
        .put("target", report.target())
        .put("started", report.started())
        .put("ended", report.ended())
        .put("sections", array(report.sections().stream().map(ReportText::json).toList()))
        .put("findings", array(report.findings().stream().map(ReportText::json).toList()))
        .put("left_behind", array(report.leftBehind().stream().map(ReportText::json).toList()))
        .put("notes", report.notes())
        .build();
  }

  private static JsonArray array(java.util.List<JsonObject> objects) {
    return new JsonArray(java.util.List.<JsonValue>copyOf(objects));
  }

  private static JsonObject json(Report.Section section) {
    return JsonObject.builder()
        .put("name", section.name())
        .put("found", section.found())
        .put("moved", section.of(Outcome.MOVED))
        .put("in_place", section.of(Outcome.IN_PLACE))
        .put("differs", section.of(Outcome.DIFFERS))
        .put("failed", section.of(Outcome.FAILED))
        .put("verified", section.verified())
        .build();
  }

  private static JsonObject json(Report.Finding finding) {
    return JsonObject.builder()
        .put("section", finding.section())
        .put("name", finding.name())
        .put("outcome", finding.outcome().word().replace(' ', '_'))
        .put("why", finding.why())
        .build();
  }

  private static JsonObject json(Report.LeftBehind left) {
    return JsonObject.builder()
        .put("what", left.what())
        .put("why", left.why())
        .put("advice", left.advice())
        .build();
  }
}
