/**
 * The seal {@code azurekeyvault}: a key in Azure Key Vault or Managed HSM, reached by three calls:
 * get the key's version, wrap, unwrap.
 *
 * <p>A token for them comes from Microsoft Entra by secret, certificate or federated token, or from
 * the machine's managed identity. It must never send a token to where a wrapped blob points.
 */
package strongroom.seal.azurekeyvault;
