package strongroom.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class HsmStanzasTest {
  private static final String BASE =
      """
      storage "inmem" {}
      listener "tcp" { address = "127.0.0.1:8200" tls_disable = true }
      """;
  private static final String SEAL =
      "seal \"pkcs11\" { lib = \"/l.so\" slot = \"0\" pin = \"1234\" key_label = \"k\" }\n";

  private static ServerSettings read(String more) {
    try (Configuration configuration =
        Configuration.parse("test.hcl", BASE + more, Map.of(), Map.of())) {
      return configuration.settings();
    }
  }

  private static void refused(String more, String because) {
    assertThatThrownBy(() -> read(more))
        .isInstanceOf(ConfigurationFault.class)
        .hasMessageContaining(because);
  }

  @Test
  void librariesOfManagedKeysAreReadByTheirNames() {
    ServerSettings settings =
        read(
            "kms_library \"pkcs11\" { name = \"One\" library = \"/a.so\" }\n"
                + "kms_library \"pkcs11\" { name = \"two\" library = \"/b.so\" isolate_library = \"true\" }");

    assertThat(settings.libraries())
        .containsExactly(
            new KmsLibrarySettings("one", "/a.so", false),
            new KmsLibrarySettings("two", "/b.so", true));
    assertThat(read("").libraries()).isEmpty();
  }

  @Test
  void aLibraryWithoutNameOrPathOrWithTheNameOfAnotherIsRefused() {
    refused("kms_library \"pkcs11\" { name = \"a\" }", "library");
    refused("kms_library \"pkcs11\" { library = \"/a.so\" }", "name");
    refused("kms_library \"awskms\" { name = \"a\" library = \"/a.so\" }", "pkcs11");
    refused("kms_library \"pkcs11\" { name = \"a\" library = \"/a.so\" lib = \"x\" }", "lib");
    refused(
        "kms_library \"pkcs11\" { name = \"a\" library = \"/a.so\" }\n"
            + "kms_library \"pkcs11\" { name = \"A\" library = \"/b.so\" }",
        "two kms_library");
  }

  @Test
  void entropyIsTakenFromASealThatHasAnHsmOnly() {
    assertThat(read(SEAL + "entropy \"seal\" { mode = \"augmentation\" }").entropyFromSeal())
        .isTrue();
    assertThat(read(SEAL).entropyFromSeal()).isFalse();
    refused("entropy \"seal\" { mode = \"augmentation\" }", "pkcs11");
    refused(SEAL + "entropy \"seal\" { mode = \"other\" }", "augmentation");
    refused(SEAL + "entropy \"seal\" {}", "mode");
    refused(SEAL + "entropy \"disk\" { mode = \"augmentation\" }", "seal");
  }
}
