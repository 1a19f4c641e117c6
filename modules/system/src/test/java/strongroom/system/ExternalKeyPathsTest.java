package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.SoftHsmToken;
import strongroom.managed.keys.pkcs11.KeyLibrary;
import strongroom.managed.keys.pkcs11.Pkcs11KeySource;
import strongroom.managed.keys.pkcs11.ReservedKeys;

class ExternalKeyPathsTest {
  private static final String PIN = "pin-77e1";
  private static final String CONFIG =
      "{'plugin':'pkcs11','lib':'soft','token_label':'external','pin':'" + PIN + "'}";
  private static final String KEY =
      "{'key_label':'%s','mechanism':'0x1041','curve':'P256','allow_generate_key':true}";

  @TempDir private static Path folder;
  private static Pkcs11KeySource source;
  private static House house;

  @BeforeAll
  static void provision() {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "external", PIN);
    source =
        new Pkcs11KeySource(
            Map.of("soft", new KeyLibrary(soft.library().toString(), false)),
            () -> new ReservedKeys(Set.of("master"), Set.of()),
            HsmObserver.NONE,
            new SecureRandom());
    house = new House(source);
  }

  @AfterAll
  static void close() {
    house.close();
    source.close();
  }

  private static String config(String name) {
    return "sys/external-keys/configs/" + name;
  }

  @Test
  void aConfigIsWrittenShownWithoutItsPinPatchedAndForgottenWithItsKeys() {
    House.As root = house.root();
    root.read(config("life")).expect(404);
    root.write(config("Life"), CONFIG).expect(204);
    assertThat(root.read(config("life")).expect(200).text())
        .contains("\"plugin\":\"pkcs11\"", "\"token_label\":\"external\"", "(redacted)")
        .doesNotContain(PIN);
    assertThat(root.list("sys/external-keys/configs").expect(200).strings("keys")).contains("life");

    root.patch(config("life"), "{'max_parallel':3}").expect(204);
    assertThat(root.read(config("life")).expect(200).text()).contains("\"max_parallel\":3");
    root.write(config("life/keys/k"), KEY.formatted("life")).expect(204);
    root.delete(config("life")).expect(204);
    root.read(config("life/keys/k")).expect(404);
    root.write(config("life"), CONFIG).expect(204);
    root.read(config("life/keys/k")).expect(404);
  }

  @Test
  void aKeyIsUsedByTheMountsThatItIsGrantedTo() {
    House.As root = house.root();
    root.write(config("g"), CONFIG).expect(204);
    root.write(config("g/keys/k"), KEY.formatted("granted")).expect(204);
    assertThat(root.read(config("g/keys/k")).expect(200).text())
        .contains("\"key_label\":\"granted\"", "\"mechanism\":4161");
    root.list(config("g/keys/k/grants")).expect(404);
    assertThat(house.externalKey("kv/", "g:k")).isEmpty();

    root.write("sys/mounts/kv", "{'type':'kv'}").expect(204);
    root.write(config("g/keys/k/grants/kv"), "{}").expect(204);
    root.write(config("g/keys/k/grants/kv/"), "{}").expect(204);
    assertThat(root.list(config("g/keys/k/grants")).expect(200).strings("keys"))
        .containsExactly("kv/");
    assertThat(house.externalKey("kv/", "g:k")).isPresent();
    assertThat(house.externalKey("other/", "g:k")).isEmpty();

    root.delete(config("g/keys/k/grants/kv")).expect(204);
    assertThat(house.externalKey("kv/", "g:k")).isEmpty();
    root.write(config("g/keys/k/grants/nowhere"), "{}").expect(400);
    root.write(config("g/keys/none/grants/kv"), "{}").expect(404);
  }

  @Test
  void theHsmIsAskedForAKeyUnlessTheClientSaysNot() {
    House.As root = house.root();
    root.write(config("v"), CONFIG).expect(204);
    String missing = "{'key_label':'nobody','mechanism':'0x1041'}";
    assertThat(root.write(config("v/keys/k"), missing).expect(400).words().toString())
        .contains("nobody")
        .doesNotContain(PIN);
    root.read(config("v/keys/k")).expect(404);
    root.write(config("v/keys/k"), missing.replace("}", ",'verify':false}")).expect(204);
    root.patch(config("v/keys/k"), "{'verify':false,'key_label':null,'key_id':'0a0b'}").expect(204);
    assertThat(root.read(config("v/keys/k")).expect(200).text())
        .contains("\"key_id\":\"0a0b\"")
        .doesNotContain("key_label");
    assertThat(
            root.write(config("v/keys/s"), KEY.formatted("master")).expect(400).words().toString())
        .contains("root key");
  }

  @Test
  void whatIsNotRightIsRefused() {
    House.As root = house.root();
    for (String bad :
        new String[] {
          CONFIG.replace("'pkcs11'", "'transit'"),
          CONFIG.replace("'plugin':'pkcs11',", ""),
          CONFIG.replace("'soft'", "'/tmp/evil.so'"),
          CONFIG.replace(",'pin':'" + PIN + "'", ""),
          CONFIG.replace("'token_label':'external',", "")
        }) {
      assertThat(root.write(config("bad"), bad).expect(400).words().toString()).doesNotContain(PIN);
    }
    root.read(config("bad")).expect(404);
    root.write(config("bad/keys/k"), KEY.formatted("k")).expect(404);
    root.write(config("p"), CONFIG).expect(204);
    // The PIN of one HSM token is not tried on another.
    root.patch(config("p"), "{'token_label':'other'}").expect(400);
  }
}
