package strongroom.system;

import java.util.ArrayList;
import java.util.List;
import strongroom.engine.Endpoint;
import strongroom.engine.ToolEndpoints;

/** {@code sys/tools}, and what clients ask to learn what a server has. */
final class ToolPaths {
  private final SystemEngine.Parts parts;

  ToolPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(new ToolEndpoints(parts.random()).below("tools/"));
    all.add(VersionHistory.endpoint());
    return all;
  }
}
