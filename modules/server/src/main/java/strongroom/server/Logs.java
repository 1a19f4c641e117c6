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
import org.slf4j.LoggerFactory;
import strongroom.config.LogSettings;

/** Where log lines go and how they look, set by code: no file is looked for at start. */
final class Logs {
  private static final String PATTERN =
      "%d{yyyy-MM-dd'T'HH:mm:ss.SSS'Z',UTC} [%level] %logger{1}: %msg%n%ex";

  private Logs() {}

  /**
   * Sends everything of the level in {@code settings} and above to standard output, and to the file
   * where one is named.
   *
   * @throws ServerFault where the file cannot be written
   */
  static void start(LogSettings settings) {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
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
    Level chosen =
        switch (level.strip().toLowerCase(Locale.ROOT)) {
          case "trace" -> Level.TRACE;
          case "debug" -> Level.DEBUG;
          case "warn", "warning" -> Level.WARN;
          case "err", "error" -> Level.ERROR;
          default -> Level.INFO;
        };
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    Level libraries = chosen.isGreaterOrEqual(Level.WARN) ? chosen : Level.WARN;
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(libraries);
    context.getLogger("strongroom").setLevel(chosen);
    // Ratis tells of every step of an election as a warning or an error with a stack trace; what
    // matters of it comes to us as a result and is told in our own words.
    context.getLogger("org.apache.ratis").setLevel(Level.ERROR);
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
