package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Ties each line to the one before. A line ends with {@code "chain":{"sequence":…,"previous":…,
 * "mac":…}}}: its number, the code of the line before, and HMAC-SHA256 over all of the line that
 * stands in front of {@code ,"mac"}. Used by the device's thread; the head may be read by any.
 */
final class Chain {
  /** What the first line of all has before it. */
  static final String START = "0".repeat(64);

  static final String MEMBER = ",\"chain\":{\"sequence\":";
  static final String PREVIOUS = ",\"previous\":\"";
  static final String MAC = "\",\"mac\":\"";
  static final String END = "\"}}";

  private final Mac mac;
  private Link pending = new Link(0, START);
  private volatile Link head = pending;

  /**
   * A line's place.
   *
   * @param sequence counts from 1; 0 before the first
   * @param mac 64 hexadecimal digits
   */
  record Link(long sequence, String mac) {}

  /** What a line says of its place, and the text that its code covers. */
  record Linked(long sequence, String previous, String mac, String covered) {}

  Chain(byte[] key) {
    mac = mac(key);
  }

  static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac;
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException("HmacSHA256 is not to be had from this Java", e);
    }
  }

  /** The place of the last line that was written. */
  Link head() {
    return head;
  }

  /** Goes on behind {@code line}, the last that is there; from the start where it has no place. */
  void continueFrom(String line) {
    head = read(line).map(last -> new Link(last.sequence(), last.mac())).orElse(head);
    pending = head;
  }

  /** {@code record}, a JSON object, with its place behind the one linked before. */
  byte[] link(byte[] record) {
    long sequence = pending.sequence() + 1;
    byte[] place = (MEMBER + sequence + PREVIOUS + pending.mac()).getBytes(UTF_8);
    // The record's closing brace comes last.
    byte[] covered = Lines.joined(Arrays.copyOf(record, record.length - 1), place);
    String code = HexFormat.of().formatHex(mac.doFinal(covered));
    pending = new Link(sequence, code);
    return Lines.joined(covered, (MAC + code + END).getBytes(UTF_8));
  }

  /** All that was linked is written. */
  void advance() {
    head = pending;
  }

  /** What was linked since was not written. */
  void takeBack() {
    pending = head;
  }

  /** The place that {@code line} says it has, where it says so. */
  static Optional<Linked> read(String line) {
    int member = line.lastIndexOf(MEMBER);
    int previous = line.indexOf(PREVIOUS, Math.max(0, member));
    int code = line.lastIndexOf(MAC);
    if (member < 0 || previous < 0 || code < previous || !line.endsWith(END)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Linked(
              Long.parseLong(line.substring(member + MEMBER.length(), previous)),
              line.substring(previous + PREVIOUS.length(), code),
              line.substring(code + MAC.length(), line.length() - END.length()),
              line.substring(0, code)));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
