package strongroom.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Puts this host's addresses in place of <code>{{ GetPrivateIP }}</code>, <code>{{ GetPublicIP }}
 * </code> and <code>{{ GetInterfaceIP "eth0" }}</code>: the common ones of the templates that
 * Vault's addresses take (go-sockaddr).
 */
final class AddressTemplate {
  private final HostAddresses host;

  AddressTemplate(HostAddresses host) {
    this.host = host;
  }

  /** What a text came to: the text, or what is wrong. */
  sealed interface Outcome {
    /** The text with all templates replaced. */
    record Text(String text) implements Outcome {}

    /** Why it cannot be. */
    record Problem(String problem) implements Outcome {}
  }

  Outcome resolve(String text) {
    StringBuilder done = new StringBuilder();
    int at = 0;
    for (int open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", at)) {
      int close = text.indexOf("}}", open);
      if (close < 0) {
        return new Outcome.Problem("the \"{{\" is not closed by \"}}\"");
      }
      String call = text.substring(open + 2, close).strip();
      Optional<Optional<InetAddress>> address = evaluate(call);
      if (address.isEmpty()) {
        return new Outcome.Problem(
            "templates may be {{ GetPrivateIP }}, {{ GetPublicIP }} and {{ GetInterfaceIP \"eth0\""
                + " }}; for any other, write the address itself");
      }
      if (address.get().isEmpty()) {
        return new Outcome.Problem(
            "this host has no address for the template; write the address itself");
      }
      String literal = address.get().get().getHostAddress();
      int zone = literal.indexOf('%');
      done.append(text, at, open).append(zone < 0 ? literal : literal.substring(0, zone));
      at = close + 2;
    }
    return new Outcome.Text(done.append(text.substring(at)).toString());
  }

  private Optional<Optional<InetAddress>> evaluate(String call) {
    if (call.equals("GetPrivateIP")) {
      return Optional.of(host.privateAddress());
    }
    if (call.equals("GetPublicIP")) {
      return Optional.of(host.publicAddress());
    }
    String rest = call.startsWith("GetInterfaceIP") ? call.substring(14).strip() : "";
    boolean quoted =
        rest.length() > 2
            && rest.charAt(0) == rest.charAt(rest.length() - 1)
            && (rest.charAt(0) == '"' || rest.charAt(0) == '`');
    return quoted
        ? Optional.of(host.ofInterface(rest.substring(1, rest.length() - 1)))
        : Optional.empty();
  }
}
