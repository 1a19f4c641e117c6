package strongroom.audit;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import strongroom.logical.TimeText;

/**
 * Reads a device's options. Each is asked for once; what nobody asked for is refused by name, so
 * that a misspelt option does not go unnoticed.
 */
final class OptionReader {
  static final int PREFIX_LENGTH_MAX = 64;

  /** No text of these can make a file one that a shell, or anything else, runs. */
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9 _.:@=,\\[\\]-]*");

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_./-]{1,48}");
  private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:]+]|[^:\\s]+):\\d{1,5}");
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration TIMEOUT_MAX = Duration.ofSeconds(60);

  private final String type;
  private final Map<String, String> left;
  private final AuditRules rules;
  private final boolean declared;

  /**
   * @param declared whether the configuration declares the device
   */
  OptionReader(String type, Map<String, String> options, AuditRules rules, boolean declared) {
    this.type = type;
    this.left = new HashMap<>(options);
    this.rules = rules;
    this.declared = declared;
  }

  /** A device's options and what it writes to. */
  record Read(DeviceOptions options, Sink sink) {}

  /**
   * Reads all of them.
   *
   * @throws AuditFault where one is unknown or not fit
   */
  Read read(Clock clock) {
    String format = text("format", "json");
    if (!format.isEmpty() && !format.equals("json")) {
      throw new AuditFault("format is json; jsonx is not supported");
    }
    DeviceOptions options =
        new DeviceOptions(
            bool("log_raw", false),
            bool("hmac_accessor", true),
            bool("elide_list_responses", false),
            bool("tamper_evident", false),
            bool("skip_test", false),
            prefix(),
            timeout(),
            take("exclude").map(Exclusions::parse).orElse(Exclusions.NONE));
    Sink sink =
        switch (type) {
          case "file" -> file(options);
          case "socket" -> socket(options);
          case "syslog" -> syslog(clock);
          default -> throw new AuditFault("the type of a device is file, syslog or socket");
        };
    if (options.tamperEvident() && !(sink instanceof FileSink)) {
      throw new AuditFault("tamper_evident is for devices that write to a file");
    }
    if (left.containsKey("filter") || left.containsKey("fallback")) {
      throw new AuditFault("filter and fallback are not supported: a device takes every record");
    }
    if (!left.isEmpty()) {
      throw new AuditFault(
          "a device of type " + type + " has no option " + String.join(", ", left.keySet()));
    }
    return new Read(options, sink);
  }

  private Optional<String> take(String name) {
    return Optional.ofNullable(left.remove(name));
  }

  private String text(String name, String otherwise) {
    return take(name).orElse(otherwise);
  }

  private boolean bool(String name, boolean otherwise) {
    Optional<String> text = take(name);
    return text.isEmpty()
        ? otherwise
        : switch (text.get().toLowerCase(Locale.ROOT)) {
          case "true", "t", "1" -> true;
          case "false", "f", "0" -> false;
          default -> throw new AuditFault(name + " is true or false");
        };
  }

  static boolean prefixFits(String prefix) {
    return prefix.length() <= PREFIX_LENGTH_MAX && PREFIX.matcher(prefix).matches();
  }

  private String prefix() {
    String prefix = text("prefix", "");
    if (!prefix.isEmpty() && !rules.prefixes()) {
      throw new AuditFault("prefix is not allowed: the server has no allow_audit_log_prefixing");
    }
    if (!prefixFits(prefix)) {
      throw new AuditFault(
          "prefix has at most "
              + PREFIX_LENGTH_MAX
              + " letters, digits, blanks and _ . : @ = , [ ] -");
    }
    return prefix;
  }

  private Duration timeout() {
    return take("write_timeout")
        .map(
            text ->
                TimeText.parseDuration(text)
                    .filter(t -> t.toMillis() >= 1 && t.compareTo(TIMEOUT_MAX) <= 0)
                    .orElseThrow(
                        () ->
                            new AuditFault(
                                "write_timeout is a duration of up to "
                                    + TIMEOUT_MAX.toSeconds()
                                    + " s, such as 2s")))
        .orElse(TIMEOUT);
  }

  private Sink file(DeviceOptions options) {
    Optional<String> named = take("file_path").or(() -> take("path"));
    Optional<Set<PosixFilePermission>> mode = mode();
    String path = named.orElseThrow(() -> new AuditFault("file_path is required"));
    return switch (path.toLowerCase(Locale.ROOT)) {
      // The stream under System.out: nothing else of this process may come between.
      case "stdout", "/dev/stdout" -> new StreamSink(new FileOutputStream(FileDescriptor.out));
      case "/dev/stderr" -> new StreamSink(new FileOutputStream(FileDescriptor.err));
      case "discard", "/dev/null" -> new StreamSink(OutputStream.nullOutputStream());
      default -> {
        try {
          Path file = Path.of(path).normalize();
          yield new FileSink(
              new FilePlace(file, rules.foldersFor(declared), options.prefix()), mode);
        } catch (InvalidPathException e) {
          throw new AuditFault("file_path is no path");
        }
      }
    };
  }

  /** Empty for {@code 0000}: the file's permissions are left as they are. */
  private Optional<Set<PosixFilePermission>> mode() {
    String text = text("mode", "0600");
    int mode;
    try {
      mode = Integer.parseInt(text, 8);
    } catch (NumberFormatException e) {
      throw new AuditFault("mode is an octal number such as 0600");
    }
    if (mode < 0 || (mode & ~0666) != 0) {
      throw new AuditFault("mode allows to read and write only: an audit file is never executable");
    }
    if (mode == 0) {
      return Optional.empty();
    }
    StringBuilder symbols = new StringBuilder();
    for (int shift = 6; shift >= 0; shift -= 3) {
      int bits = mode >> shift;
      symbols.append((bits & 4) == 0 ? '-' : 'r').append((bits & 2) == 0 ? '-' : 'w').append('-');
    }
    return Optional.of(PosixFilePermissions.fromString(symbols.toString()));
  }

  private Sink socket(DeviceOptions options) {
    String address = take("address").orElseThrow(() -> new AuditFault("address is required"));
    SocketSink.Kind kind =
        switch (text("socket_type", "tcp")) {
          case "tcp" -> SocketSink.Kind.TCP;
          case "udp" -> SocketSink.Kind.UDP;
          case "unix" -> SocketSink.Kind.UNIX;
          default -> throw new AuditFault("socket_type is tcp, udp or unix");
        };
    if (kind != SocketSink.Kind.UNIX && !ADDRESS.matcher(address).matches()) {
      throw new AuditFault("address is host:port");
    }
    if (kind == SocketSink.Kind.UNIX && !address.startsWith("/")) {
      throw new AuditFault("address is the absolute path of a Unix socket");
    }
    return new SocketSink(kind, address, options.writeTimeout());
  }

  private Sink syslog(Clock clock) {
    int facility = SyslogSink.facility(text("facility", "AUTH"));
    if (facility < 0) {
      throw new AuditFault("facility is the name of a syslog facility, such as AUTH or LOCAL7");
    }
    String tag = text("tag", "vault");
    if (!TAG.matcher(tag).matches()) {
      throw new AuditFault("tag has 1 to 48 letters, digits and _ . / -");
    }
    Optional<String> address = take("address");
    if (address.isEmpty()) {
      return new SyslogSink(facility, tag, SyslogSink.SOCKETS, clock);
    }
    if (!ADDRESS.matcher(address.get()).matches()) {
      throw new AuditFault("address is host:port");
    }
    int colon = address.get().lastIndexOf(':');
    return new SyslogSink(
        facility,
        tag,
        new InetSocketAddress(
            address.get().substring(0, colon),
            Integer.parseInt(address.get().substring(colon + 1))),
        clock);
  }
}
