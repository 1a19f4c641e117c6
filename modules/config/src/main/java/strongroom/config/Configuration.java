package strongroom.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import strongroom.hcl.HclMember;
import strongroom.hcl.Position;

/**
 * What the operator wrote, read and checked. Holds secrets that were written in the configuration
 * itself: closing overwrites them, after which seal parameters can no longer be asked for those.
 */
public final class Configuration implements AutoCloseable {
  private final ServerSettings settings;
  private final List<Notice> notices;

  private Configuration(ServerSettings settings, List<Notice> notices) {
    this.settings = settings;
    this.notices = notices;
  }

  /**
   * Reads files and folders ({@code *.hcl}, {@code *.json}, by name). Of a key that several files
   * give, the last one counts; listeners, seals and the like are all taken.
   *
   * @param paths what {@code -config} named, in order
   * @param environment the process's variables; {@code VAULT_…} and {@code BAO_…} win over files,
   *     {@code BAO_…} over {@code VAULT_…}
   * @param flags values that win over both, by their keys at the top level ({@code log_level})
   * @throws ConfigurationFault with everything that is wrong
   */
  public static Configuration load(
      List<Path> paths, Map<String, String> environment, Map<String, String> flags) {
    Problems problems = new Problems();
    if (paths.isEmpty()) {
      problems.problem("configuration", "there is none; name a file or folder with -config");
    }
    List<HclMember> members = new ConfigurationFiles(problems).read(paths);
    // What a text that is no HCL lacks would only hide what is wrong with it.
    problems.throwIfAny();
    String name = paths.getLast().toString();
    return read(name, members, environment, flags, problems, HostAddresses.SYSTEM);
  }

  /**
   * Reads {@code text}, as of a file named {@code name}: for configurations that the program itself
   * makes, such as the development server's.
   *
   * @throws ConfigurationFault with everything that is wrong
   */
  public static Configuration parse(
      String name, String text, Map<String, String> environment, Map<String, String> flags) {
    return parse(name, text, environment, flags, HostAddresses.SYSTEM);
  }

  static Configuration parse(
      String name,
      String text,
      Map<String, String> environment,
      Map<String, String> flags,
      HostAddresses host) {
    Problems problems = new Problems();
    List<HclMember> members = new ConfigurationFiles(problems).parse(name, text);
    problems.throwIfAny();
    return read(name, members, environment, flags, problems, host);
  }

  private static Configuration read(
      String name,
      List<HclMember> members,
      Map<String, String> variables,
      Map<String, String> flags,
      Problems problems,
      HostAddresses host) {
    StanzaReader top =
        new StanzaReader(
                ServerStanzas.TOP,
                new Position(name, 0, 0),
                members,
                new Environment(variables),
                problems)
            .flags(flags);
    Configuration read = new Configuration(new ServerReader(top, host).read(), problems.notices());
    if (problems.any()) {
      read.close();
    }
    problems.throwIfAny();
    return read;
  }

  /** The settings. */
  public ServerSettings settings() {
    return settings;
  }

  /** What is worth telling the operator, in the order it was found. */
  public List<Notice> notices() {
    return notices;
  }

  /** Overwrites secrets that were written in the configuration. */
  @Override
  public void close() {
    settings.seals().forEach(seal -> seal.parameters().values().forEach(SealParameter::close));
  }

  /** Nothing of what was written. */
  @Override
  public String toString() {
    return "Configuration[" + notices.size() + " notices]";
  }
}
