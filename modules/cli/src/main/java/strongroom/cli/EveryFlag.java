package strongroom.cli;

import java.util.List;

/** The flags that every command has. */
final class EveryFlag {
  static final List<Flag> ALL =
      List.of(
          Flag.text(
              "address",
              "Where the server listens: https://host:port, http://host:port or unix:///path."
                  + " VAULT_ADDR; by default "
                  + Address.DEFAULT
                  + "."),
          Flag.text("agent-address", "Where an agent listens; goes before -address."),
          Flag.text("ca-cert", "A PEM file with the CA that signed the server's certificate."),
          Flag.text("ca-path", "A folder of such files."),
          Flag.text("client-cert", "A PEM file with the certificate to show the server."),
          Flag.text("client-key", "A PEM file with that certificate's private key."),
          Flag.text("tls-server-name", "The name to expect in the server's certificate."),
          Flag.onOff("tls-skip-verify", "Trust any certificate. For trials only."),
          Flag.text("namespace", "The namespace to work in.").or("ns"),
          Flag.map("header", "A header to send with each request; may be repeated."),
          Flag.list("mfa", "Credentials for the X-Vault-MFA header; may be repeated."),
          Flag.duration("wrap-ttl", "Have the answer wrapped in a token that lives this long."),
          Flag.onOff("disable-redirects", "Do not follow redirects."),
          Flag.onOff("policy-override", "Override soft-mandatory policies."),
          Flag.onOff("non-interactive", "Never ask at the terminal."),
          Flag.onOff("output-curl-string", "Print the request as a curl command instead."),
          Flag.onOff("output-policy", "Print the policy that the request needs instead."),
          Flag.text("unlock-key", "The key to unlock a locked namespace."),
          Flag.text("field", "Print this field only, as it is."),
          Flag.text("format", "table, json, yaml, raw or pretty. VAULT_FORMAT; by default table."),
          Flag.onOff("detailed", "Print more of each entry, where there is more."));

  private EveryFlag() {}
}
