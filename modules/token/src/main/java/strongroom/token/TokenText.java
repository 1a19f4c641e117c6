package strongroom.token;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The text of tokens and accessors, and the hash that stands for a token in storage. */
final class TokenText {
  static final String SERVICE_PREFIX = "hvs.";
  static final String BATCH_PREFIX = "hvb.";
  static final String RECOVERY_PREFIX = "hvr.";

  /** More than any token of ours, and a bound for what is hashed. */
  static final int LENGTH_MAX = 8192;

  private static final int SERVICE_CHARACTERS = 24;
  private static final int ACCESSOR_CHARACTERS = 24;
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final MessageDigest salted;

  /** Hashes with {@code salt}, which storage keeps encrypted. */
  TokenText(byte[] salt) {
    try {
      salted = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
    salted.update(salt);
  }

  /** SHA-256 of the salt and the token, as hexadecimal. Finding a token by it is no oracle. */
  String id(String token) {
    MessageDigest digest;
    try {
      digest = (MessageDigest) salted.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("this Java's SHA-256 cannot be cloned", e);
    }
    return HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8)));
  }

  /** 143 bits of randomness behind the prefix. */
  static String newService(SecureRandom random) {
    return SERVICE_PREFIX + text(SERVICE_CHARACTERS, random);
  }

  static String newAccessor(SecureRandom random) {
    return text(ACCESSOR_CHARACTERS, random);
  }

  private static String text(int characters, SecureRandom random) {
    // One byte a character, those that would favour some characters left out.
    int fair = 256 / ALPHABET.length() * ALPHABET.length();
    StringBuilder text = new StringBuilder(characters);
    byte[] bytes = new byte[characters * 2];
    while (text.length() < characters) {
      random.nextBytes(bytes);
      for (int i = 0; i < bytes.length && text.length() < characters; i++) {
        int value = bytes[i] & 0xff;
        if (value < fair) {
          text.append(ALPHABET.charAt(value % ALPHABET.length()));
        }
      }
    }
    return text.toString();
  }
}
