package strongroom.hsm;

import static strongroom.hsm.VendorProfile.GcmIv.BY_SETTING;
import static strongroom.hsm.VendorProfile.GcmIv.GIVEN;
import static strongroom.hsm.VendorProfile.GcmIv.MADE_BY_HSM;
import static strongroom.hsm.VendorProfile.GcmIv.NO_GCM;
import static strongroom.hsm.VendorProfile.Sessions.ANY;
import static strongroom.hsm.VendorProfile.Sessions.READ_WRITE_ONLY;
import static strongroom.hsm.VendorProfile.Tried.BY_TESTS;
import static strongroom.hsm.VendorProfile.Tried.NOT_ON_THE_DEVICE;

import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import strongroom.hsm.VendorProfile.KeyMaking;
import strongroom.hsm.VendorProfile.Login;

/**
 * The table of vendors. Where a fact has no source it is left at what the standard says. Libraries
 * that front for others come first, since they repeat the other's manufacturer.
 */
final class Vendors {
  private static final KeyMaking THROUGH_PKCS11 = new KeyMaking.ThroughPkcs11();
  private static final String NO_VARIABLE = "";
  private static final Set<KeyFlag> NONE = Set.of();
  private static final String LINUX = "/usr/lib/x86_64-linux-gnu/";

  static final List<VendorProfile> ALL =
      List.of(
          new VendorProfile(
              "p11-kit",
              "p11-kit.md",
              List.of("p11-kit-client"),
              List.of(LINUX + "pkcs11/p11-kit-client.so", "/usr/lib64/pkcs11/p11-kit-client.so"),
              ANY,
              NO_GCM,
              THROUGH_PKCS11,
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              BY_TESTS,
              List.of("p11-kit 0.24.1, by test")),
          new VendorProfile(
              "SoftHSM",
              "softhsm.md",
              List.of("softhsm"),
              List.of(
                  "/usr/lib/softhsm/libsofthsm2.so",
                  LINUX + "softhsm/libsofthsm2.so",
                  "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
                  "/usr/local/lib/softhsm/libsofthsm2.so"),
              ANY,
              GIVEN,
              THROUGH_PKCS11,
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              BY_TESTS,
              List.of("SoftHSM 2.6.1, by test")),
          new VendorProfile(
              "openCryptoki",
              "opencryptoki.md",
              List.of("opencryptoki", "pkcs11_api.so", "ibm softtok"),
              List.of(
                  LINUX + "opencryptoki/libopencryptoki.so.0",
                  LINUX + "libopencryptoki.so.0",
                  "/usr/lib64/opencryptoki/libopencryptoki.so"),
              ANY,
              NO_GCM,
              THROUGH_PKCS11,
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              BY_TESTS,
              List.of("openCryptoki 3.8.1, by test")),
          new VendorProfile(
              "NSS softoken",
              "nss.md",
              List.of("libsoftokn3", "nss internal"),
              List.of(LINUX + "libsoftokn3.so", LINUX + "nss/libsoftokn3.so"),
              ANY,
              GIVEN,
              THROUGH_PKCS11,
              Login.STANDARD,
              Set.of(KeyFlag.LOCAL),
              "NSS_LIB_PARAMS",
              BY_TESTS,
              List.of("NSS 3.87.1, by test")),
          new VendorProfile(
              "TPM 2.0 by tpm2-pkcs11",
              "tpm2.md",
              List.of("libtpm2_pkcs11", "tpm2-pkcs11", "tpm2-software"),
              List.of(LINUX + "pkcs11/libtpm2_pkcs11.so", "/usr/lib64/pkcs11/libtpm2_pkcs11.so"),
              ANY,
              NO_GCM,
              new KeyMaking.Otherwise("make keys by tpm2_ptool addkey"),
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              BY_TESTS,
              List.of("tpm2-pkcs11 1.9.0 on swtpm 0.7.1, by test")),
          new VendorProfile(
              "Thales Luna and DPoD",
              "luna.md",
              List.of("libcryptoki2", "safenet", "luna"),
              List.of("/usr/safenet/lunaclient/lib/libCryptoki2_64.so"),
              ANY,
              BY_SETTING,
              THROUGH_PKCS11,
              Login.with("the Crypto Officer's or Crypto User's password"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of(
                  "Luna K7 security policy 002-010935-002, AES-GCM",
                  "thalesdocs.com Luna 7: key attribute defaults")),
          new VendorProfile(
              "Entrust nShield",
              "nshield.md",
              List.of("libcknfast", "ncipher"),
              List.of("/opt/nfast/toolkits/pkcs11/libcknfast.so"),
              ANY,
              BY_SETTING,
              THROUGH_PKCS11,
              Login.with("the passphrase of the softcard or card set"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("nshielddocs.entrust.com api-pkcs11: mechanisms, load-sharing mode")),
          new VendorProfile(
              "Utimaco",
              "utimaco.md",
              List.of("libcs_pkcs11", "utimaco"),
              List.of("/opt/utimaco/lib/libcs_pkcs11*.so"),
              ANY,
              GIVEN,
              THROUGH_PKCS11,
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("Utimaco document 2012-0007, PKCS#11 R2 developer guide")),
          new VendorProfile(
              "AWS CloudHSM",
              "aws-cloudhsm.md",
              List.of("libcloudhsm_pkcs11", "cloudhsm"),
              List.of("/opt/cloudhsm/lib/libcloudhsm_pkcs11.so"),
              READ_WRITE_ONLY,
              MADE_BY_HSM,
              THROUGH_PKCS11,
              Login.with("USER:PASSWORD of a crypto user"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("AWS CloudHSM user guide: ki-pkcs11-sdk, pkcs11-mechanisms, pkcs11-pin")),
          new VendorProfile(
              "Azure Managed HSM",
              "azure-managed-hsm.md",
              List.of("mhsm-pkcs11", "libmhsm", "mhsm_pkcs11"),
              List.of(),
              ANY,
              NO_GCM,
              new KeyMaking.Otherwise(
                  "this library neither encrypts nor makes secret keys: use the seal azurekeyvault"),
              Login.STANDARD,
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("github.com/microsoft/AzureManagedHsmTLSOffload, release 1.1.0.03180")),
          new VendorProfile(
              "Google Cloud HSM",
              "google-cloud-hsm.md",
              List.of("libkmsp11"),
              List.of("/usr/local/lib/libkmsp11.so"),
              ANY,
              BY_SETTING,
              new KeyMaking.Otherwise("make the key by gcloud kms keys create, purpose HSM"),
              Login.with("ignored, and has to be given"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("github.com/GoogleCloudPlatform/kms-integrations, kmsp11 user guide")),
          new VendorProfile(
              "Securosys Primus",
              "securosys.md",
              List.of("libprimusp11", "securosys"),
              List.of("/usr/local/primus/lib/libprimusP11.so"),
              ANY,
              GIVEN,
              THROUGH_PKCS11,
              Login.with("the PKCS#11 password, not the setup password"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("docs.securosys.com/pkcs: overview, configuration")),
          new VendorProfile(
              "Fortanix DSM",
              "fortanix.md",
              List.of("fortanix"),
              List.of("/opt/fortanix/pkcs11/fortanix_pkcs11.so"),
              ANY,
              GIVEN,
              THROUGH_PKCS11,
              Login.with("the API key of the app"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("support.fortanix.com, Clients: PKCS#11 Library")),
          new VendorProfile(
              "YubiHSM 2",
              "yubihsm2.md",
              List.of("yubihsm", "yubico"),
              List.of(
                  LINUX + "pkcs11/yubihsm_pkcs11.so",
                  LINUX + "yubihsm_pkcs11.so",
                  "/usr/lib64/pkcs11/yubihsm_pkcs11.so"),
              ANY,
              NO_GCM,
              THROUGH_PKCS11,
              new Login(
                  "the authentication key's id as four hex digits, then its password",
                  OptionalInt.of(16)),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of(
                  "docs.yubico.com YubiHSM 2 user guide: device specifications, PKCS#11, concept: session")),
          new VendorProfile(
              "Nitrokey NetHSM",
              "nethsm.md",
              List.of("nethsm_pkcs11", "nitrokey"),
              List.of("/usr/local/lib/libnethsm_pkcs11.so"),
              ANY,
              NO_GCM,
              new KeyMaking.Otherwise("make the key by an administrator: nitropy nethsm"),
              Login.with("the operator's password"),
              NONE,
              NO_VARIABLE,
              NOT_ON_THE_DEVICE,
              List.of("github.com/Nitrokey/nethsm-pkcs11, features.md")));

  /** Where distributions put the libraries of every vendor. */
  static final List<String> SHARED_PLACES =
      List.of(
          "/usr/lib64/pkcs11/*.so",
          "/usr/lib/pkcs11/*.so",
          LINUX + "pkcs11/*.so",
          "/usr/lib/aarch64-linux-gnu/pkcs11/*.so");

  private Vendors() {}
}
