package strongroom.audit;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Takes nothing: its device's options are not fit, and requests fail rather than go unrecorded. */
record BrokenSink(String why) implements Sink {
  /** The options of a device that takes nothing, because of {@code why}. */
  static OptionReader.Read options(String why) {
    return new OptionReader.Read(
        new DeviceOptions(
            false, true, false, false, true, "", Duration.ofSeconds(2), Exclusions.NONE),
        new BrokenSink(why));
  }

  @Override
  public void open() throws IOException {
    throw new IOException(why);
  }

  @Override
  public void write(List<byte[]> lines) throws IOException {
    throw new IOException(why);
  }

  @Override
  public void abort() {}

  @Override
  public void close() {}
}
