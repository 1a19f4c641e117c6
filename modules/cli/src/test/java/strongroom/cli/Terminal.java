package strongroom.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A user at a terminal, or a script: runs commands and keeps what they print. */
final class Terminal {
  /** How a command ended. */
  record Ended(int code, String out, String err) {}

  private final Map<String, String> environment = new HashMap<>();
  private final Deque<String> typed = new ArrayDeque<>();
  private final List<String> asked = new ArrayList<>();
  private final List<CommandNode> extras = new ArrayList<>();
  private SealFolder folder = SealFolder.NONE;
  private String input = "";
  private String argv0 = "vault";
  private boolean interactive;

  Terminal(Path home) {
    environment.put("HOME", home.toString());
    environment.put("VAULT_CLI_NO_COLOR", "1");
  }

  /** A user whose server and token are in the environment. */
  static Terminal with(ScriptedServer server, Path home) {
    return new Terminal(home).set("VAULT_ADDR", server.address()).set("VAULT_TOKEN", "hvs.mine");
  }

  Terminal set(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Terminal unset(String name) {
    environment.remove(name);
    return this;
  }

  Terminal calledAs(String name) {
    argv0 = name;
    return this;
  }

  Terminal input(String text) {
    input = text;
    return this;
  }

  /** Sits somebody down who types {@code lines} when asked. */
  Terminal types(String... lines) {
    interactive = true;
    typed.addAll(List.of(lines));
    return this;
  }

  Terminal extra(CommandNode node) {
    extras.add(node);
    return this;
  }

  /** Has data folders read by {@code other}. */
  Terminal reading(SealFolder other) {
    folder = other;
    return this;
  }

  /** What was asked. */
  List<String> asked() {
    return asked;
  }

  Ended run(String... words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Streams streams =
        new Streams(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new PrintStream(out, false, StandardCharsets.UTF_8),
            new PrintStream(err, false, StandardCharsets.UTF_8),
            new Streams.Prompt() {
              @Override
              public boolean interactive() {
                return interactive;
              }

              @Override
              public Optional<String> askSecret(String question) {
                asked.add(question);
                return Optional.ofNullable(typed.poll());
              }
            });
    Program program =
        Program.called(
            argv0,
            new ProductVersion("0.1.0", "1.19.0", "2.2.0", "2026-01-01T00:00:00Z"),
            extras,
            folder);
    int code = Cli.run(List.of(words), streams, environment, program);
    return new Ended(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
