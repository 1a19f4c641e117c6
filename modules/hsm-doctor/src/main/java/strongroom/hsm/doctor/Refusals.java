package strongroom.hsm.doctor;

import java.util.HashSet;
import java.util.Set;
import strongroom.hsm.TokenInfo;

/** HSM tokens that have refused a PIN: no further one is tried there in the same run. */
final class Refusals {
  private final Set<String> tokens = new HashSet<>();

  boolean refused(TokenInfo token) {
    return tokens.contains(name(token));
  }

  void note(TokenInfo token) {
    tokens.add(name(token));
  }

  private static String name(TokenInfo token) {
    return token.manufacturer() + "\n" + token.serial() + "\n" + token.label();
  }
}
