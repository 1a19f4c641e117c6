package strongroom.config;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The tables of docs/configuration.md, from the declarations. */
final class KeyTables {
  private KeyTables() {}

  /** All tables, in Markdown. */
  static String markdown() {
    StringBuilder page = new StringBuilder();
    table(page, ServerStanzas.TOP);
    table(page, ServerStanzas.RAFT);
    table(page, ServerStanzas.RETRY_JOIN);
    table(page, ServerStanzas.INMEM);
    table(page, ListenerStanzas.TCP);
    table(page, ListenerStanzas.UNIX);
    table(page, ListenerStanzas.TELEMETRY);
    table(page, ListenerStanzas.PROFILING);
    table(page, ListenerStanzas.IN_FLIGHT);
    for (Map.Entry<String, Stanza> seal : SealStanzas.BY_TYPE.entrySet()) {
      table(page, seal.getValue());
    }
    table(page, ServerStanzas.KMS_LIBRARY);
    table(page, ServerStanzas.ENTROPY);
    table(page, ServerStanzas.TELEMETRY);
    table(page, ServerStanzas.USER_LOCKOUT);
    table(page, ServerStanzas.AUDIT);
    return page.toString();
  }

  private static void table(StringBuilder page, Stanza stanza) {
    page.append("\n### ").append(stanza.title()).append("\n\n");
    page.append("| key | type | default | variable | effect | meaning |\n");
    page.append("|---|---|---|---|---|---|\n");
    for (SettingKey key : stanza.keys()) {
      page.append("| ")
          .append(code(key.name()))
          .append(alias(key.aliases()))
          .append(" | ")
          .append(key.kind().shown())
          .append(" | ")
          .append(key.fallback())
          .append(" | ")
          .append(key.variables().stream().map(KeyTables::code).collect(Collectors.joining(", ")))
          .append(" | ")
          .append(key.effect().shown())
          .append(" | ")
          .append(key.meaning())
          .append(" |\n");
    }
  }

  private static String alias(List<String> aliases) {
    return aliases.isEmpty()
        ? ""
        : " (also " + aliases.stream().map(KeyTables::code).collect(Collectors.joining(", ")) + ")";
  }

  private static String code(String name) {
    return "`" + name + "`";
  }
}
