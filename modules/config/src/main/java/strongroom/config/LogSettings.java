package strongroom.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What is logged, and where to.
 *
 * @param level the least that is logged
 * @param format how a line looks
 * @param file beside standard error, where one was set
 * @param rotation when a new file is begun
 * @param requests the level at which each request gets a line; empty for no lines
 */
public record LogSettings(
    Level level, Format format, Optional<Path> file, Rotation rotation, Optional<Level> requests) {
  /** How much is logged. */
  public enum Level {
    /** All. */
    TRACE,
    /** For those who look for a fault. */
    DEBUG,
    /** State changes. */
    INFO,
    /** What may become a fault. */
    WARN,
    /** Faults. */
    ERROR
  }

  /** How a line looks. */
  public enum Format {
    /** Text for people. */
    STANDARD,
    /** One JSON object a line. */
    JSON
  }

  /**
   * When a new file is begun.
   *
   * @param bytesMax its size; {@link Long#MAX_VALUE} for any
   * @param ageMax its age
   * @param oldFilesMax how many old ones are kept: 0 for all, -1 for none
   */
  public record Rotation(long bytesMax, Duration ageMax, int oldFilesMax) {}
}
