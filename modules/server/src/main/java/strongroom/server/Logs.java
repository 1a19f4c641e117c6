package strongroom.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.encoder.JsonEncoder;
import ch.qos.logback.classic.encoder.PatternLayoutEncoder;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.OutputStreamAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.time.Clock;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.LoggerFactory;
import strongroom.config.LogSettings;

/** Where log lines go and how they look, set by code: no file is looked for at start. */
final class Logs {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} [%level] %logger{1}: %msg%n%ex";

  /** What the names of all our loggers begin with. */
  private static final String OURS = "strongroom";

  /** What the configuration says. */
  private static volatile Level configured = Level.INFO;

  private Logs() {}

  /**
   * Sends everything of the level in {@code settings} and above to standard output, and to the file
   * where one is named.
   *
   * @throws ServerFault where the file cannot be written
   */
  static void start(LogSettings settings) {
    LoggerContext context = context();
    context.reset();
    append(context, new ConsoleAppender<>(), settings);
    if (settings.file().isPresent()) {
      OutputStreamAppender<ILoggingEvent> file = new OutputStreamAppender<>();
      file.setOutputStream(
          new LogFile(settings.file().get(), settings.rotation(), Clock.systemUTC()));
      append(context, file, settings);
    }
    setLevel(settings.level().name());
  }

  private static void append(
      LoggerContext context, OutputStreamAppender<ILoggingEvent> appender, LogSettings settings) {
    Encoder<ILoggingEvent> encoder = encoder(context, settings.format());
    encoder.setContext(context);
    encoder.start();
    appender.setContext(context);
    appender.setEncoder(encoder);
    appender.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(appender);
  }

  /**
   * Lets nothing be logged: for what tells its findings by itself. A command that is no server has
   * no log to silence but warnings on standard error.
   */
  static void silence() {
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
      context.reset();
      context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.OFF);
    }
  }

  /** Changes what is logged from now on. Libraries speak up only when something is wrong. */
  static void setLevel(String level) {
    Level chosen = level(level).orElse(Level.INFO);
    LoggerContext context = context();
    Level libraries = chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN;
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries);
    // Ratis tells of every step of an election as a warning or an error with a stack trace; what
    // matters of it comes to us as a result and is told in our own words.
    context.getLogger("org.apache.ratis").setLevel(Level.ERROR);
    configured = chosen;
    revertAll();
  }

  private static LoggerContext context() {
    return (LoggerContext) LoggerFactory.getILoggerFactory();
  }

  private static Optional<Level> level(String name) {
    return Optional.ofNullable(
        switch (name.strip().toLowerCase(Locale.ROOT)) {
          case "trace" -> Level.TRACE;
          case "debug" -> Level.DEBUG;
          case "info", "notice" -> Level.INFO;
          case "warn", "warning" -> Level.WARN;
          case "err", "error" -> Level.ERROR;
          default -> null;
        });
  }

  /** Whether {@code name} is a level, as the configuration has them. */
  static boolean isLevel(String name) {
    return level(name).isPresent();
  }

  /** The levels of our parts by their names, which are their packages without what all share. */
  static SortedMap<String, String> levels() {
    SortedMap<String, String> levels = new TreeMap<>();
    for (Logger logger : context().getLoggerList()) {
      int end = logger.getName().lastIndexOf('.');
      if (logger.getName().startsWith(OURS + ".") && end > OURS.length()) {
        String part = logger.getName().substring(OURS.length() + 1, end);
        if (!part.isEmpty() && Character.isUpperCase(logger.getName().charAt(end + 1))) {
          levels.put(part, part(part).getEffectiveLevel().toString().toLowerCase(Locale.ROOT));
        }
      }
    }
    return levels;
  }

  private static Logger part(String name) {
    return context().getLogger(OURS + "." + name);
  }

  /** Has all our parts log at {@code level}, which {@link #isLevel}. */
  static void changeAll(String level) {
    apply(level(level).orElseThrow());
  }

  /** Has the part {@code name} log at {@code level}, which {@link #isLevel}. */
  static void change(String name, String level) {
    part(name).setLevel(level(level).orElseThrow());
  }

  /** Has all our parts log as the configuration says. */
  static void revertAll() {
    apply(configured);
  }

  /** Has the part {@code name} log as the configuration says. */
  static void revert(String name) {
    part(name).setLevel(configured);
  }

  private static void apply(Level level) {
    for (Logger logger : context().getLoggerList()) {
      if (logger.getName().startsWith(OURS + ".")) {
        logger.setLevel(null);
      }
    }
    context().getLogger(OURS).setLevel(level);
  }

  private static Encoder<ILoggingEvent> encoder(LoggerContext context, LogSettings.Format format) {
    if (format == LogSettings.Format.JSON) {
      return new JsonEncoder();
    }
    PatternLayoutEncoder encoder = new PatternLayoutEncoder();
    encoder.setContext(context);
    encoder.setPattern(PATTERN);
    return encoder;
  }
}
