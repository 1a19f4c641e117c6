package strongroom.hsm;

import java.util.Optional;
import java.util.stream.Stream;

/** What kind of key object one is ({@code CKA_CLASS}). */
public enum KeyClass {
  /** The public half of a pair. */
  PUBLIC(Ck.CKO_PUBLIC_KEY, "public"),
  /** The private half of a pair. */
  PRIVATE(Ck.CKO_PRIVATE_KEY, "private"),
  /** A symmetric key. */
  SECRET(Ck.CKO_SECRET_KEY, "secret");

  private final long number;
  private final String word;

  KeyClass(long number, String word) {
    this.number = number;
    this.word = word;
  }

  long number() {
    return number;
  }

  /** {@code secret}. */
  public String word() {
    return word;
  }

  static Optional<KeyClass> of(long number) {
    return Stream.of(values()).filter(c -> c.number == number).findFirst();
  }
}
