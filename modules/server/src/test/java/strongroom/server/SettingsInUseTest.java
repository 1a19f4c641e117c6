package strongroom.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.MemberRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import strongroom.config.ServerSettings;

/** What the documentation calls an effect is one: a setting that nobody asks for has none. */
class SettingsInUseTest {
  private static final String PACKAGE = "strongroom.config";

  /** What is read and asked for by nobody, by component, with its key in the documentation. */
  private static final Map<String, String> UNUSED =
      Map.ofEntries(
          Map.entry("StorageSettings.Raft.trailingLogs", "trailing_logs"),
          Map.entry("StorageSettings.Raft.snapshotInterval", "snapshot_interval"),
          Map.entry("LogSettings.requests", "log_requests_level"),
          Map.entry("TelemetrySettings.metricsPrefix", "metrics_prefix"),
          Map.entry("TelemetrySettings.disableHostname", "disable_hostname"),
          Map.entry("TelemetrySettings.enableHostnameLabel", "enable_hostname_label"),
          Map.entry("ServerSettings.lockouts", "user_lockout"),
          Map.entry("ProcessSettings.ui", "ui"));

  /** Used by the reading itself: the own cluster address, the check of clustering, seals' order. */
  private static final Set<String> USED_WHERE_READ =
      Set.of(
          "ListenerSettings.Tcp.clusterAddress",
          "ClusterSettings.disableClustering",
          "SealSettings.priority");

  @Test
  void everySettingIsUsedOrTheDocumentationSaysThatItHasNoEffect() throws Exception {
    Set<String> asked = asked();
    Set<String> unused = new TreeSet<>();
    for (RecordComponent component : components(ServerSettings.class, new LinkedHashSet<>())) {
      String name = name(component);
      // Where a setting was written is told in messages, and is none itself.
      boolean place = component.getName().equals("place");
      if (!place && !asked.contains(name) && !USED_WHERE_READ.contains(name)) {
        unused.add(name);
      }
    }
    assertThat(unused).containsExactlyInAnyOrderElementsOf(UNUSED.keySet());
    List<String> rows = Files.readAllLines(root().resolve("docs/configuration.md"));
    for (String key : UNUSED.values()) {
      assertThat(rows.stream().filter(row -> row.startsWith("| `" + key + "`")))
          .as(key)
          .isNotEmpty()
          .noneMatch(row -> row.contains("| yes |"));
    }
  }

  private static String name(RecordComponent component) {
    String type = component.getDeclaringRecord().getName().substring(PACKAGE.length() + 1);
    return type.replace('$', '.') + "." + component.getName();
  }

  /** The components of {@code type} and of all that it is made of, as far as it is settings. */
  private static Set<RecordComponent> components(Type type, Set<Type> seen) {
    Set<RecordComponent> found = new LinkedHashSet<>();
    if (!seen.add(type)) {
      return found;
    }
    if (type instanceof ParameterizedType generic) {
      for (Type argument : generic.getActualTypeArguments()) {
        found.addAll(components(argument, seen));
      }
    }
    if (type instanceof Class<?> known && known.getName().startsWith(PACKAGE)) {
      if (known.isSealed()) {
        for (Class<?> permitted : known.getPermittedSubclasses()) {
          found.addAll(components(permitted, seen));
        }
      }
      if (known.isRecord() && !known.getSimpleName().matches(".*LockoutSettings")) {
        for (RecordComponent component : known.getRecordComponents()) {
          found.add(component);
          if (!UNUSED.containsKey(name(component))) {
            found.addAll(components(component.getGenericType(), seen));
          }
        }
      }
    }
    return found;
  }

  /** The methods of settings that this module's classes call. */
  private static Set<String> asked() throws IOException {
    Set<String> asked = new LinkedHashSet<>();
    Path classes = Path.of("target/classes").toAbsolutePath();
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".class")).toList()) {
        for (PoolEntry entry : ClassFile.of().parse(file).constantPool()) {
          if (entry instanceof MemberRefEntry member) {
            String owner = member.owner().asInternalName().replace('/', '.');
            if (owner.startsWith(PACKAGE)) {
              asked.add(
                  owner.substring(PACKAGE.length() + 1).replace('$', '.')
                      + "."
                      + member.name().stringValue());
            }
          }
        }
      }
    }
    return asked;
  }

  private static Path root() {
    Path folder = Path.of("").toAbsolutePath();
    while (!Files.exists(folder.resolve("CONTRIBUTING.md"))) {
      folder = folder.getParent();
    }
    return folder;
  }
}
