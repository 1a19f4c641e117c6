package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * Checks files of a device with {@code tamper_evident}, oldest first: whether any line was changed,
 * removed, moved, added or cut off.
 */
public final class ChainCheck {
  private static final int FINDINGS_MAX = 20;
  private static final int LINE_BYTES_MAX = 128 << 20;

  private final Mac mac;
  private final Chain.Link head;
  private final List<String> findings = new ArrayList<>();
  private Optional<Chain.Link> before = Optional.empty();
  private long first;
  private long lines;

  /**
   * What was found.
   *
   * @param lines how many lines were read
   * @param first the number of the first one
   * @param last the number of the last one
   * @param findings what is wrong, one line each; empty where nothing is
   */
  public record Report(long lines, long first, long last, List<String> findings) {
    /** Whether all is as it was written. */
    public boolean intact() {
      return findings.isEmpty();
    }
  }

  /**
   * Checks by what {@code sys/audit-chain} tells. Lines behind {@code headSequence} were written
   * since, and are none the worse for it.
   *
   * @param key the chain's key
   * @param headSequence the number of the last line that the server had written, 0 for none
   * @param headMac that line's code
   */
  public ChainCheck(byte[] key, long headSequence, String headMac) {
    mac = Chain.mac(key);
    head = new Chain.Link(headSequence, headMac);
  }

  /** Reads one file; {@code name} stands in findings. */
  public void read(String name, InputStream file) throws IOException {
    try (InputStream in = new BufferedInputStream(file, 1 << 16)) {
      ByteArrayOutputStream line = new ByteArrayOutputStream(4096);
      long number = 0;
      for (int b = in.read(); b >= 0; b = in.read()) {
        if (b == '\n') {
          check(name + ":" + ++number, line.toString(UTF_8));
          line.reset();
        } else if (line.size() < LINE_BYTES_MAX) {
          line.write(b);
        }
      }
      // The rest is being written, or a line that was cut off: it is missing then.
    }
  }

  private void check(String at, String line) {
    lines++;
    Optional<Chain.Linked> read = Chain.read(line);
    if (read.isEmpty()) {
      finding(at + " has no place in the chain: it was changed, added or cut off");
      return;
    }
    Chain.Linked linked = read.get();
    byte[] expected = mac.doFinal(linked.covered().getBytes(UTF_8));
    byte[] given = HexFormat.of().formatHex(expected).getBytes(UTF_8);
    if (!MessageDigest.isEqual(given, linked.mac().getBytes(UTF_8))) {
      finding(at + " was changed");
    }
    if (before.isPresent()) {
      checkOrder(at, linked, before.get());
    } else {
      first = linked.sequence();
      if (first == 1 && !linked.previous().equals(Chain.START)) {
        finding(at + " says that it is the first line and is not");
      }
    }
    if (linked.sequence() == head.sequence() && !linked.mac().equals(head.mac())) {
      finding(at + " is not the line that the server wrote");
    }
    before = Optional.of(new Chain.Link(linked.sequence(), linked.mac()));
  }

  private void checkOrder(String at, Chain.Linked linked, Chain.Link last) {
    long expected = last.sequence() + 1;
    if (linked.sequence() > expected) {
      finding(at + ": lines " + expected + " to " + (linked.sequence() - 1) + " are missing");
    } else if (linked.sequence() < expected) {
      finding(at + ": line " + linked.sequence() + " stands behind line " + last.sequence());
    } else if (!linked.previous().equals(last.mac())) {
      finding(at + " does not follow the line before it");
    }
  }

  private void finding(String text) {
    if (findings.size() < FINDINGS_MAX) {
      findings.add(text);
    } else if (findings.size() == FINDINGS_MAX) {
      findings.add("there is more; the rest is not told");
    }
  }

  /** What was found. */
  public Report report() {
    long last = before.map(Chain.Link::sequence).orElse(0L);
    if (last < head.sequence()) {
      finding("lines " + (last + 1) + " to " + head.sequence() + " are missing at the end");
    }
    return new Report(lines, first, last, List.copyOf(findings));
  }
}
