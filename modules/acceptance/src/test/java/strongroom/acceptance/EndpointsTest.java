package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every path and method of {@code api-surface.tsv}, asked of a running server. What is not there
 * yet is marked so, and by what area of the product it belongs to: a mark goes when its path comes,
 * and none is added.
 */
class EndpointsTest {
  /** How many marks there were when this test was written; may only fall. */
  private static final int MISSING_MAX = 80;

  @TempDir Path folder;

  /** A line of the table: the methods are those of OpenAPI, whose {@code get} is a list too. */
  private record Row(String path, List<String> methods, String missing) {}

  private static List<Row> rows() throws Exception {
    List<Row> rows = new ArrayList<>();
    try (InputStream in =
        Objects.requireNonNull(EndpointsTest.class.getResourceAsStream("api-surface.tsv"))) {
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        String[] parts = line.split("\t", -1);
        if (!line.startsWith("#")) {
          rows.add(new Row(parts[0], List.of(parts[1].split(",")), parts[2]));
        }
      }
    }
    return rows;
  }

  @Test
  void everyPathAndMethodAnswersButThoseThatAreMarkedMissing() throws Exception {
    List<String> gone = new ArrayList<>();
    List<String> come = new ArrayList<>();
    int missing = 0;
    int asked = 0;
    try (DevServer server =
        DevServer.start(folder, Map.of("HOME", folder.toString()), "-dev", "-dev-no-store-token")) {
      Api root = Api.at(URI.create("http://127.0.0.1:" + server.port())).as("root");
      root.put("sys/mounts/kv", "{'type':'kv'}").expect(204);
      root.put("sys/mounts/transit", "{'type':'transit'}").expect(204);
      for (Row row : rows()) {
        for (String method : row.methods()) {
          asked++;
          boolean answers = answers(root, method, row.path());
          boolean marked = !row.missing().isEmpty();
          missing += answers ? 0 : 1;
          if (!answers && !marked) {
            gone.add(method + " " + row.path());
          } else if (answers && marked) {
            come.add(method + " " + row.path());
          }
        }
      }
      // The last question: nothing answers from here on.
      root.put("sys/seal", "").expect(204);
    }
    System.out.println(asked + " methods of the API asked for, " + missing + " are yet to come");
    assertThat(gone).as("not answered, and not marked as missing").isEmpty();
    assertThat(come).as("answered: take their marks out of api-surface.tsv").isEmpty();
    assertThat(missing).isPositive().isLessThanOrEqualTo(MISSING_MAX);
  }

  private static boolean answers(Api root, String method, String pattern) {
    String path = pattern.replaceAll("\\{[^}]*}", "sample");
    Api asking = root;
    if (path.equals("auth/token/revoke-self")) {
      asking = root.as(root.put("auth/token/create", "{}").expect(200).string("auth.client_token"));
    }
    if (method.equals("get")) {
      return known(asking.get(path)) || known(asking.list(path));
    }
    return known(
        asking.call(method.toUpperCase(Locale.ROOT), path, method.equals("post") ? "{}" : ""));
  }

  /** Whether the server knows the path and its method, be it that it says no. */
  private static boolean known(Api.Answer answer) {
    assertThat(answer.status()).as("%s: %s", answer.asked(), answer.text()).isLessThan(500);
    boolean noSuchPath =
        answer.status() == 404
            && (answer.text().contains("unsupported path")
                || answer.text().contains("no handler for route"));
    return !noSuchPath && answer.status() != 405;
  }
}
