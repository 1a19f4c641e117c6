package strongroom.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
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

class ManagedKeyPathsTest {
  private static final String PIN = "pin-51c8";
  private static final String EC =
      "{'library':'soft','token_label':'managed','pin':'"
          + PIN
          + "','key_label':'%s',"
          + "'mechanism':'0x1041','curve':'P256','allow_generate_key':'true'}";

  @TempDir private static Path folder;
  private static Pkcs11KeySource source;
  private static House house;

  @BeforeAll
  static void provision() {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "managed", PIN);
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

  private static String path(String name) {
    return "sys/managed-keys/pkcs11/" + name;
  }

  @Test
  void aDefinedKeyIsMadeInTheHsmSignsAndIsForgotten() {
    house.root().write(path("Life"), EC.formatted("life")).expect(204);
    house.root().write(path("life/test/sign"), "{}").expect(204);

    House.Answer read = house.root().read(path("life")).expect(200);
    assertThat(read.string("key_label")).isEqualTo("life");
    assertThat(read.string("type")).isEqualTo("pkcs11");
    assertThat(read.text()).contains("\"mechanism\":4161").contains("\"allow_generate_key\":true");
    assertThat(house.root().list("sys/managed-keys/pkcs11").expect(200).strings("keys"))
        .contains("life");
    house.root().delete(path("life")).expect(204);
    house.root().read(path("life")).expect(404);
    house.root().write(path("life/test/sign"), "{}").expect(404);
  }

  @Test
  void aMountUsesWhatItMayUseOnly() {
    house.root().write(path("mine"), EC.formatted("mine")).expect(204);
    house.root().write(path("mine/test/sign"), "{}").expect(204);
    house.root().write(path("all"), EC.formatted("mine")).expect(204);
    house.root().write(path("all"), "{'any_mount':true}").expect(204);

    assertThat(house.managedKey(List.of("mine"), "mine")).isPresent();
    assertThat(house.managedKey(List.of("other"), "mine")).isEmpty();
    assertThat(house.managedKey(List.of(), "all")).isPresent();
    assertThat(house.managedKey(List.of("nowhere"), "nowhere")).isEmpty();
  }

  @Test
  void thePinIsNeverShownAndStaysWhenOtherFieldsChange() {
    house.root().write(path("pin"), EC.formatted("pin")).expect(204);
    house.root().write(path("pin"), "{'any_mount':true}").expect(204);

    House.Answer read = house.root().read(path("pin")).expect(200);
    assertThat(read.text()).doesNotContain(PIN).contains("\"any_mount\":true");
    assertThat(read.string("pin")).isEqualTo("redacted");
    house.root().write(path("pin/test/sign"), "{}").expect(204);
    // The PIN of one HSM token is not tried on another.
    house.root().write(path("pin"), "{'token_label':'other'}").expect(400);
  }

  @Test
  void anHsmTokenThatIsNotThereIsTheClientsMistake() {
    house
        .root()
        .write(path("wrong"), EC.formatted("wrong").replace("'managed'", "'nowhere'"))
        .expect(204);

    House.Answer refused = house.root().write(path("wrong/test/sign"), "{}").expect(400);

    assertThat(refused.words().toString()).contains("nowhere").doesNotContain(PIN);
  }

  @Test
  void whatIsNotDefinedRightIsRefused() {
    String good = EC.formatted("x");
    for (String bad :
        new String[] {
          good.replace("'soft'", "'/tmp/evil.so'"),
          good.replace("0x1041", "0x0250"),
          good.replace("'P256'", "'P224'"),
          good.replace(",'curve':'P256'", ""),
          good.replace("'pin':'" + PIN + "',", ""),
          good.replace("'token_label':'managed',", ""),
          good.replace("'key_label':'x',", ""),
          good.replace("}", ",'usages':['fly']}"),
          good.replace("}", ",'key_id':'xyz'}"),
          good.replace("}", ",'slot':'-1'}")
        }) {
      House.Answer refused = house.root().write(path("bad"), bad).expect(400);
      assertThat(refused.words().toString()).doesNotContain(PIN);
    }
    house.root().read(path("bad")).expect(404);
  }

  @Test
  void theSealsKeyCannotBeUsed() {
    house.root().write(path("seal"), EC.formatted("master")).expect(204);

    House.Answer refused = house.root().write(path("seal/test/sign"), "{}").expect(400);

    assertThat(refused.words().toString()).contains("root key");
  }

  @Test
  void aKeyThatEncryptsIsNotTestedBySigning() {
    house
        .root()
        .write(
            path("aes"),
            "{'library':'soft','token_label':'managed','pin':'"
                + PIN
                + "','key_label':'aes',"
                + "'mechanism':'4231','key_bits':256,'allow_generate_key':true}")
        .expect(204);

    house.root().write(path("aes/test/sign"), "{}").expect(400);
  }

  @Test
  void whoMayNotReadTheKeyMayNotUseItEither() {
    house.root().write(path("guarded"), EC.formatted("guarded")).expect(204);

    House.As other = house.with("path \"secret/*\" { capabilities = [\"read\"] }");

    other.read(path("guarded")).expect(403);
    other.write(path("guarded/test/sign"), "{}").expect(403);
  }

  @Test
  void anHsmThatIsAwayIs503ForItsKeysAlone() throws Exception {
    house.root().write(path("away"), EC.formatted("away")).expect(204);
    house.root().write(path("away/test/sign"), "{}").expect(204);
    Path tokens = folder.resolve("tokens");
    Path elsewhere = folder.resolve("elsewhere");
    Files.move(tokens, elsewhere);
    Files.createDirectory(tokens);
    try {
      House.Answer away = house.root().write(path("away/test/sign"), "{}").expect(503);
      assertThat(away.words().toString()).contains("HSM").doesNotContain(PIN);
      house.root().read(path("away")).expect(200);
      house.root().read("sys/mounts").expect(200);
    } finally {
      Files.delete(tokens);
      Files.move(elsewhere, tokens);
    }
    int status = 503;
    for (int i = 0; i < 20 && status == 503; i++) {
      status = house.root().write(path("away/test/sign"), "{}").status();
    }
    assertThat(status).isEqualTo(204);
  }
}
