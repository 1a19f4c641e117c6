package strongroom.cli;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;

/** Says in one line why the server could not be asked, and what to do. */
final class ConnectTrouble {
  private ConnectTrouble() {}

  /** The failure of {@code request}, such as {@code GET http://127.0.0.1:8200/v1/sys/health}. */
  static Failure explain(String request, Address address, IOException e, ClientSettings settings) {
    return Failure.remote(request + ": " + reason(address, e, settings));
  }

  private static String reason(Address address, IOException e, ClientSettings settings) {
    String where =
        settings.addressGiven()
            ? "check VAULT_ADDR or -address"
            : "set VAULT_ADDR or -address (neither is set, so this is the default)";
    return switch (e) {
      case HttpWire.NotHttp notHttp ->
          address.tls()
              ? notHttp.getMessage() + ": is this a Vault server?"
              : "the server speaks TLS: use https:// in the address, " + where;
      case SSLException tls -> tls(address, tls, where);
      case UnknownHostException unknown -> "the host " + address.host() + " is unknown: " + where;
      case ConnectException refused when address.unix() -> unix(address, where);
      case ConnectException refused when mentions(refused, "refused") ->
          "connection refused: no server listens there; start it, or " + where;
      case NoRouteToHostException route -> "there is no way to this host: " + where;
      case SocketTimeoutException timeout ->
          "no answer within "
              + settings.timeout().toSeconds()
              + " s (VAULT_CLIENT_TIMEOUT): is the address right, and the server well?";
      case EOFException eof when !address.tls() && !address.unix() ->
          "the server closed the connection without an answer: if it speaks TLS, use https:// in"
              + " the address";
      case SocketException socket when address.unix() -> unix(address, where);
      case IOException other -> other.getMessage() == null ? "failed" : other.getMessage();
    };
  }

  private static boolean mentions(Throwable e, String text) {
    return e.getMessage() != null && e.getMessage().contains(text);
  }

  private static String tls(Address address, SSLException e, String where) {
    if (mentions(e, "Unsupported or unrecognized SSL message") || mentions(e, "plaintext")) {
      return "server gave HTTP response to HTTPS client: use http:// in the address, " + where;
    }
    if (mentions(e, "PKIX") || mentions(e, "unable to find valid certification path")) {
      return "the server's certificate is signed by an unknown authority: name its CA with"
          + " VAULT_CACERT or -ca-cert";
    }
    if (mentions(e, "No subject alternative") || mentions(e, "No name matching")) {
      return "the server's certificate is not for "
          + address.host()
          + ": use a name that it has, or give it with VAULT_TLS_SERVER_NAME";
    }
    if (mentions(e, "certificate_required") || mentions(e, "bad_certificate")) {
      return "the server asks for a client certificate that it accepts: set VAULT_CLIENT_CERT and"
          + " VAULT_CLIENT_KEY";
    }
    return "TLS failed: " + e.getMessage();
  }

  private static String unix(Address address, String where) {
    return Files.exists(Path.of(address.path()))
        ? "no server listens on this socket; start it, or " + where
        : "there is no such socket: " + where;
  }
}
