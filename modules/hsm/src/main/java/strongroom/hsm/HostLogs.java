package strongroom.hsm;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * A log that is lines on standard error: of a library's own process, which the server's puts into
 * its log, and of commands, whose standard output is their result. Public since SLF4J makes it by
 * its name.
 */
public final class HostLogs implements SLF4JServiceProvider {
  /** What a line starts with that is a warning or worse. */
  static final String WARNING = "WARN ";

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final MDCAdapter context = new NOPMDCAdapter();

  /** System property: {@code true} for warnings only. */
  public static final String QUIET = "strongroom.quiet";

  /** For SLF4J. */
  public HostLogs() {}

  @Override
  public ILoggerFactory getLoggerFactory() {
    return Line::new;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  @Override
  public String getRequestedApiVersion() {
    return "2.0";
  }

  @Override
  public void initialize() {}

  private static final class Line extends LegacyAbstractLogger {
    private static final long serialVersionUID = 1;

    Line(String name) {
      this.name = name;
    }

    @Override
    public boolean isTraceEnabled() {
      return false;
    }

    @Override
    public boolean isDebugEnabled() {
      return false;
    }

    @Override
    public boolean isInfoEnabled() {
      return !Boolean.getBoolean(QUIET);
    }

    @Override
    public boolean isWarnEnabled() {
      return true;
    }

    @Override
    public boolean isErrorEnabled() {
      return true;
    }

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
      return null;
    }

    @Override
    protected void handleNormalizedLoggingCall(
        Level level,
        @Nullable Marker marker,
        String message,
        @Nullable Object @Nullable [] arguments,
        @Nullable Throwable thrown) {
      List<@Nullable Object> given =
          arguments == null ? new ArrayList<>() : new ArrayList<>(Arrays.asList(arguments));
      String text = MessageFormatter.basicArrayFormat(message, given.toArray());
      String cause = thrown == null ? "" : ": " + thrown;
      PrintStream out = System.err;
      out.println((level.toInt() >= Level.WARN.toInt() ? WARNING : "") + text + cause);
    }
  }
}
