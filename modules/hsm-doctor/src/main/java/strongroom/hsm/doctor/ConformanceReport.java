package strongroom.hsm.doctor;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/**
 * What a run of the contract has shown, to be sent to others: it names no HSM token, no serial
 * number, no key of the owner and no PIN.
 *
 * @param product our name and version
 * @param time when
 * @param hsm what library and HSM say of themselves
 * @param checks in their order
 */
public record ConformanceReport(
    String product, Instant time, Map<String, String> hsm, List<ConformanceCheck> checks) {
  static final String SEAL = "seal";
  private static final String MANAGED = "managed keys";
  private static final String CLEANED = "everything made was destroyed";

  /** The ways in which the seal works on it; empty where none does. */
  public List<String> sealWays() {
    return working(SEAL);
  }

  private List<String> working(String area) {
    return checks.stream()
        .filter(check -> check.area().equals(area))
        .filter(check -> check.outcome() == ConformanceCheck.Outcome.WORKS)
        .map(ConformanceCheck::name)
        .toList();
  }

  /** Whether it can carry the seal, and nothing that it does is wrong. */
  public boolean conforms() {
    return !sealWays().isEmpty() && failures().isEmpty();
  }

  /** What came out wrong. */
  public List<ConformanceCheck> failures() {
    return checks.stream().filter(c -> c.outcome() == ConformanceCheck.Outcome.FAILS).toList();
  }

  static ConformanceCheck cleaned(int left) {
    return left == 0
        ? new ConformanceCheck("end", CLEANED, ConformanceCheck.Outcome.WORKS, "")
        : new ConformanceCheck(
            "end",
            CLEANED,
            ConformanceCheck.Outcome.FAILS,
            left
                + " keys could not be destroyed; their labels begin with "
                + Conformance.LABEL_PREFIX);
  }

  /** As JSON. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("product", product)
        .put("time", time)
        .put("hsm", JsonObject.ofStrings(hsm))
        .put("conforms", conforms())
        .put("seal", sealWays())
        .put("managed_keys", working(MANAGED))
        .put(
            "checks",
            new JsonArray(
                checks.stream().map(ConformanceReport::json).map(JsonValue.class::cast).toList()))
        .build();
  }

  private static JsonObject json(ConformanceCheck check) {
    return JsonObject.builder()
        .put("area", check.area())
        .put("name", check.name())
        .put("outcome", check.outcome().word())
        .put("text", check.text())
        .build();
  }

  /**
   * What can be done with it, as cells of the table in docs/hsm/conformance.md: ways of the seal,
   * managed keys, what it lacks, what comes out wrong.
   */
  public String row() {
    return String.join(
        " | ",
        carries(),
        list(working(MANAGED)),
        list(lacking()),
        list(failures().stream().map(ConformanceCheck::name).toList()));
  }

  private String carries() {
    return sealWays().isEmpty() ? "no" : list(sealWays());
  }

  /**
   * What the HSM itself lacks: which ways of the seal that rules out is told by those that work.
   */
  private List<String> lacking() {
    return checks.stream()
        .filter(check -> check.outcome() == ConformanceCheck.Outcome.LACKS)
        .filter(check -> !check.area().equals(SEAL))
        .map(ConformanceCheck::name)
        .toList();
  }

  private static String list(List<String> names) {
    return names.isEmpty() ? "none" : cell(String.join("; ", names));
  }

  /** As a page of Markdown. */
  public String markdown() {
    StringBuilder page = new StringBuilder("# HSM conformance report\n\n");
    page.append("| | |\n|---|---|\n");
    row(page, "made by", product);
    row(page, "on", time.toString());
    hsm.forEach((name, value) -> row(page, name.replace('_', ' '), value));
    row(page, "carries the seal", carries());
    row(page, "managed keys", list(working(MANAGED)));
    row(page, "lacks", list(lacking()));
    row(page, "wrong results", list(failures().stream().map(ConformanceCheck::name).toList()));
    page.append("\n| area | what was tried | outcome | what was seen |\n|---|---|---|---|\n");
    for (ConformanceCheck check : checks) {
      page.append("| ").append(cell(check.area())).append(" | ").append(cell(check.name()));
      page.append(" | ").append(check.outcome().word()).append(" | ").append(cell(check.text()));
      page.append(" |\n");
    }
    page.append("\n\"lacks\": the HSM says that it does not do this. \"fails\": what came out is");
    page.append(" wrong.\n");
    return page.toString();
  }

  private static void row(StringBuilder page, String name, String value) {
    page.append("| ").append(cell(name)).append(" | ").append(cell(value)).append(" |\n");
  }

  private static String cell(String text) {
    return text.replaceAll("\\p{Cntrl}", " ").replace("|", "\\|");
  }
}
