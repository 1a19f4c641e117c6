/** The seal {@code azurekeyvault}: a key in Azure Key Vault or Managed HSM. */
@org.jspecify.annotations.NullMarked
module strongroom.seal.azurekeyvault {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires strongroom.tls;
  requires transitive strongroom.seal.envelope;
  requires strongroom.seal.http;

  exports strongroom.seal.azurekeyvault;
}
