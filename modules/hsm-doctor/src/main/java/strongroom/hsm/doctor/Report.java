package strongroom.hsm.doctor;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

/**
 * What the doctor says of one node.
 *
 * @param node the patient's name
 * @param facts what its HSM is, by names in snake_case
 * @param findings in the order in which it was looked
 */
public record Report(String node, Map<String, String> facts, List<Finding> findings) {
  /** How bad the worst finding is. */
  public Severity worst() {
    return findings.stream()
        .map(Finding::severity)
        .max(Comparator.naturalOrder())
        .orElse(Severity.FINE);
  }

  /** As JSON. */
  public JsonObject toJson() {
    return JsonObject.builder()
        .put("node", node)
        .put("worst", worst().word())
        .put("hsm", JsonObject.ofStrings(facts))
        .put(
            "findings",
            new JsonArray(findings.stream().map(Report::json).map(JsonValue.class::cast).toList()))
        .build();
  }

  private static JsonObject json(Finding finding) {
    return JsonObject.builder()
        .put("severity", finding.severity().word())
        .put("area", finding.area())
        .put("text", finding.text())
        .put("advice", finding.advice())
        .build();
  }
}
