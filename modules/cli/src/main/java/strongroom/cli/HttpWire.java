package strongroom.cli;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * HTTP/1.1 on a connection (RFC 9112): one request, one answer.
 *
 * <p>The JDK's own client takes half a second to its first request; this takes milliseconds, and
 * speaks over Unix sockets too.
 */
final class HttpWire {
  private static final int LINE_BYTES_MAX = 64 * 1024;
  private static final int HEADERS_MAX = 500;
  private static final long BODY_BYTES_MAX = 1L << 30;

  private HttpWire() {}

  /** Where the body of an answer goes, for the statuses that are streamed. */
  record Sink(IntPredicate statuses, OutputStream out) {}

  /** What answers in another language than HTTP, most often TLS. */
  static final class NotHttp extends IOException {
    private static final long serialVersionUID = 1;

    NotHttp(String message) {
      super(message);
    }
  }

  static void send(
      OutputStream out,
      String method,
      String target,
      Map<String, String> headers,
      ApiRequest.Body body)
      throws IOException {
    StringBuilder head = new StringBuilder(256);
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\n");
    headers.forEach((name, value) -> appendHeader(head, name, value));
    switch (body) {
      case ApiRequest.Body.None() -> {
        if (!method.equals("GET") && !method.equals("DELETE")) {
          appendHeader(head, "Content-Length", "0");
        }
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
      }
      case ApiRequest.Body.OfJson json -> {
        byte[] bytes = json.bytes();
        appendHeader(head, "Content-Type", json.mediaType());
        appendHeader(head, "Content-Length", Integer.toString(bytes.length));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        out.write(bytes);
      }
      case ApiRequest.Body.OfFile(Path file) -> {
        appendHeader(head, "Content-Type", "application/octet-stream");
        appendHeader(head, "Content-Length", Long.toString(Files.size(file)));
        out.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        Files.copy(file, out);
      }
    }
    out.flush();
  }

  private static void appendHeader(StringBuilder head, String name, String value) {
    if (value.indexOf('\n') >= 0 || value.indexOf('\r') >= 0 || name.indexOf('\n') >= 0) {
      throw Failure.usage(
          "the header " + name.lines().findFirst().orElse("") + " has a line break");
    }
    head.append(name).append(": ").append(value).append("\r\n");
  }

  static ApiResponse receive(InputStream in, Sink sink) throws IOException {
    while (true) {
      int status = status(readLine(in));
      Map<String, String> headers = headers(in);
      if (status >= 200) {
        if (sink.statuses().test(status)) {
          body(in, status, headers, sink.out());
          return new ApiResponse(status, headers, new byte[0]);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
        body(in, status, headers, bytes);
        return new ApiResponse(status, headers, bytes.toByteArray());
      }
    }
  }

  private static int status(String line) throws IOException {
    if (!line.startsWith("HTTP/1.") || line.length() < 12) {
      throw new NotHttp("the answer is not HTTP");
    }
    try {
      return Integer.parseInt(line.substring(9, 12));
    } catch (NumberFormatException e) {
      throw new NotHttp("the answer is not HTTP");
    }
  }

  private static Map<String, String> headers(InputStream in) throws IOException {
    Map<String, String> headers = new LinkedHashMap<>();
    for (String line = readLine(in); !line.isEmpty(); line = readLine(in)) {
      int colon = line.indexOf(':');
      if (colon <= 0 || headers.size() >= HEADERS_MAX) {
        throw new NotHttp("the answer's headers are malformed");
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return headers;
  }

  private static void body(
      InputStream in, int status, Map<String, String> headers, OutputStream out)
      throws IOException {
    if (status == 204 || status == 304) {
      return;
    }
    String coding = headers.getOrDefault("transfer-encoding", "");
    String length = headers.get("content-length");
    if (coding.toLowerCase(Locale.ROOT).contains("chunked")) {
      chunks(in, out);
    } else if (length != null) {
      copy(in, out, number(length, 10));
    } else {
      in.transferTo(out);
    }
  }

  private static void chunks(InputStream in, OutputStream out) throws IOException {
    while (true) {
      String line = readLine(in);
      int end = line.indexOf(';');
      long size = number((end < 0 ? line : line.substring(0, end)).strip(), 16);
      if (size == 0) {
        headers(in);
        return;
      }
      copy(in, out, size);
      readLine(in);
    }
  }

  private static long number(String text, int radix) throws IOException {
    try {
      long value = Long.parseLong(text, radix);
      if (value >= 0) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new NotHttp("the answer's length is malformed");
  }

  private static void copy(InputStream in, OutputStream out, long length) throws IOException {
    if (out instanceof ByteArrayOutputStream memory && memory.size() + length > BODY_BYTES_MAX) {
      throw new IOException("the answer is longer than " + BODY_BYTES_MAX + " bytes");
    }
    byte[] buffer = new byte[(int) Math.min(length, 64 * 1024)];
    for (long left = length; left > 0; ) {
      int read = in.read(buffer, 0, (int) Math.min(left, buffer.length));
      if (read < 0) {
        throw new EOFException("the answer ends early");
      }
      out.write(buffer, 0, read);
      left -= read;
    }
  }

  private static String readLine(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder(80);
    while (true) {
      int c = in.read();
      if (c < 0) {
        throw new EOFException("the server closed the connection without an answer");
      }
      if (c == '\n') {
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
      }
      // TLS alerts and handshakes begin with these; waiting for their line to end would hang.
      if (line.isEmpty() && (c == 0x15 || c == 0x16)) {
        throw new NotHttp("the answer is TLS");
      }
      if (line.length() >= LINE_BYTES_MAX) {
        throw new NotHttp("the answer is not HTTP");
      }
      line.append((char) c);
    }
  }
}
