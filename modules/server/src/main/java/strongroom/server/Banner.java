package strongroom.server;

import java.io.PrintStream;
import java.net.URI;
import java.util.List;
import strongroom.config.SealSettings;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.secret.NativeMemory;

/** What a server says of itself when it has started. */
final class Banner {
  private Banner() {}

  static void print(PrintStream out, ServerSettings settings, List<URI> addresses) {
    out.println("==> Strongroom server configuration:");
    out.println();
    for (URI address : addresses) {
      line(out, "Listener", address.toString());
    }
    line(out, "Api Address", settings.apiAddress());
    line(out, "Log Level", settings.logLevel());
    line(
        out,
        "Mlock",
        NativeMemory.unlockedCount() == 0 ? "secrets are locked in memory" : "refused by the system");
    line(out, "Seal", seal(settings.seals()));
    line(
        out,
        "Storage",
        switch (settings.storage()) {
          case StorageSettings.Raft raft -> "raft (" + raft.path() + ", node " + raft.nodeId() + ")";
          case StorageSettings.InMemory _ -> "inmem (gone with the process)";
        });
    line(out, "Version", Version.REPORTED);
    out.println();
    settings.notices().forEach(notice -> out.println("WARNING: " + notice));
    out.println("==> Strongroom server started! Log data will stream in below:");
    out.println();
    out.flush();
  }

  private static String seal(List<SealSettings> seals) {
    return seals.stream()
        .filter(seal -> !seal.disabled())
        .map(SealSettings::type)
        .findFirst()
        .orElse("shamir");
  }

  private static void line(PrintStream out, String name, String value) {
    if (!value.isEmpty()) {
      out.printf("%20s: %s%n", name, value);
    }
  }
}
