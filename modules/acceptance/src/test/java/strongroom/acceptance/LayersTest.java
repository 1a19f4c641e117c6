package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The table of layers in ARCHITECTURE.md against the modules' own descriptors. */
class LayersTest {
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\d) \\| `([a-z0-9-]+)` \\| [^|]+ \\| ([^|]*) \\|$");
  private static final Pattern REQUIRES =
      Pattern.compile("^ *requires (?:static |transitive )*strongroom\\.([a-z0-9.]+);");

  private record Layer(int rank, Set<String> mayRequire) {}

  @Test
  void everyModuleRequiresWhatItsRowSaysAndOnlyFromBelow() throws Exception {
    Map<String, Layer> table = table();
    Map<String, Set<String>> code = code();
    assertThat(code.keySet()).isEqualTo(table.keySet());
    code.forEach(
        (module, required) -> {
          Layer layer = table.get(module);
          assertThat(required).as("%s requires", module).isEqualTo(layer.mayRequire());
          assertThat(required)
              .as("%s, rank %s, requires lower ranks only", module, layer.rank())
              .allSatisfy(other -> assertThat(table.get(other).rank()).isLessThan(layer.rank()));
        });
  }

  @Test
  void noPackageIsNamedForNothing() throws Exception {
    try (Stream<Path> files = Files.walk(Command.ROOT.resolve("modules"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".java")))
          .allSatisfy(
              file ->
                  assertThat(file.getFileName().toString())
                      .doesNotMatch(".*(Util|Utils|Helper|Manager|Impl|Common)\\.java"));
    }
  }

  private static Map<String, Layer> table() throws IOException {
    Map<String, Layer> table = new TreeMap<>();
    for (String line : Files.readAllLines(Command.ROOT.resolve("ARCHITECTURE.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        Set<String> required = new TreeSet<>();
        for (String name : row.group(3).split(",")) {
          if (!name.isBlank() && !name.strip().equals("—")) {
            required.add(name.strip());
          }
        }
        table.put(row.group(2), new Layer(Integer.parseInt(row.group(1)), required));
      }
    }
    assertThat(table).as("rows of the table").hasSizeGreaterThan(10);
    return table;
  }

  private static Map<String, Set<String>> code() throws IOException {
    Map<String, Set<String>> modules = new TreeMap<>();
    try (Stream<Path> folders = Files.list(Command.ROOT.resolve("modules"))) {
      for (Path folder : folders.toList()) {
        Path descriptor = folder.resolve("src/main/java/module-info.java");
        if (Files.exists(descriptor)) {
          Set<String> required = new TreeSet<>();
          for (String line : Files.readAllLines(descriptor)) {
            Matcher requires = REQUIRES.matcher(line);
            if (requires.find()) {
              required.add(requires.group(1).replace('.', '-'));
            }
          }
          modules.put(folder.getFileName().toString(), required);
        }
      }
    }
    return modules;
  }
}
