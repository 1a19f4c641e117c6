package strongroom.seal.azurekeyvault;

import java.net.URI;
import java.util.Locale;
import java.util.Map;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.HttpCall;

/**
 * Where a cloud of Azure is.
 *
 * @param authority who gives tokens
 * @param vault the vault's or HSM's address, with a slash at the end
 * @param resource whom tokens are for: {@code https://vault.azure.net}
 */
record AzureCloud(URI authority, URI vault, String resource) {
  /** As {@code environment} and {@code resource} say, the latter with the cloud's own default. */
  static AzureCloud of(SealStanza stanza, Map<String, String> environment) {
    String name = stanza.text("environment").orElse("AZUREPUBLICCLOUD").toUpperCase(Locale.ROOT);
    String authority =
        switch (name) {
          case "AZUREPUBLICCLOUD", "AZURECLOUD" -> "https://login.microsoftonline.com";
          case "AZUREUSGOVERNMENTCLOUD", "AZUREUSGOVERNMENT" -> "https://login.microsoftonline.us";
          case "AZURECHINACLOUD" -> "https://login.partner.microsoftonline.cn";
          default ->
              throw stanza.wrong(
                  "environment",
                  "is none of AZUREPUBLICCLOUD, AZUREUSGOVERNMENTCLOUD, AZURECHINACLOUD");
        };
    String domain =
        stanza
            .text("resource")
            .map(r -> r.replaceAll("^https://|/+$", ""))
            .orElse(
                switch (name) {
                  case "AZUREUSGOVERNMENTCLOUD", "AZUREUSGOVERNMENT" -> "vault.usgovcloudapi.net";
                  case "AZURECHINACLOUD" -> "vault.azure.cn";
                  default -> "vault.azure.net";
                });
    if (!domain.matches("[A-Za-z0-9.-]+")) {
      throw stanza.wrong("resource", "is no domain, such as vault.azure.net");
    }
    String vault = stanza.required("vault_name", "or VAULT_AZUREKEYVAULT_VAULT_NAME");
    if (!vault.matches("[A-Za-z0-9-]+")) {
      throw stanza.wrong("vault_name", "is no name of a vault: letters, digits and hyphens");
    }
    return new AzureCloud(
        HttpCall.address(
            "AZURE_AUTHORITY_HOST", environment.getOrDefault("AZURE_AUTHORITY_HOST", authority)),
        HttpCall.address("vault_name", "https://" + vault + "." + domain + "/"),
        "https://" + domain);
  }
}
