package strongroom.audit;

import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * Writes to standard output, or nowhere: {@code file_path} is {@code stdout} or {@code discard}.
 */
record StreamSink(OutputStream out) implements Sink {
  @Override
  public void open() {}

  @Override
  public void write(List<byte[]> lines) throws IOException {
    for (byte[] line : lines) {
      out.write(line);
    }
    out.flush();
  }

  @Override
  public void abort() {}

  @Override
  public void close() {}
}
