package strongroom.engine.transit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** Published vectors ({@code vectors.tsv} says whose), all through the API. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VectorsTest {
  private final Transit transit = new Transit();
  private int names;

  @BeforeAll
  void keepWrappingKey() throws Exception {
    Wrapping.prepare(transit);
  }

  @AfterAll
  void close() {
    transit.close();
  }

  private static List<String[]> rows(int columns) throws Exception {
    try (InputStream in =
        Objects.requireNonNull(VectorsTest.class.getResourceAsStream("vectors.tsv"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.split("\t", -1))
          .filter(row -> row.length == columns)
          .toList();
    }
  }

  private static String base64(String... hex) {
    return Transit.base64(HexFormat.of().parseHex(String.join("", hex)));
  }

  @Test
  void anImportedKeyDecryptsWhatOthersEncrypted() throws Exception {
    List<String[]> rows = rows(7);
    assertThat(rows).hasSize(17);
    for (String[] row : rows) {
      String name = "aead" + names++;
      transit
          .write(
              "keys/" + name + "/import",
              "{'type':'%s','ciphertext':'%s'}",
              row[0],
              Wrapping.wrapped(transit, HexFormat.of().parseHex(row[1]), "SHA-256"))
          .expect(204);
      assertThat(decrypt(name, row[3], row[2] + row[5] + row[6]).expect(200).string("plaintext"))
          .isEqualTo(base64(row[4]));
      byte[] tag = HexFormat.of().parseHex(row[6]);
      for (int i = 0; i < tag.length; i++) {
        tag[i] ^= (byte) (1 << (i % 8));
        decrypt(name, row[3], row[2] + row[5] + HexFormat.of().formatHex(tag)).expect(400);
        tag[i] ^= (byte) (1 << (i % 8));
      }
      decrypt(name, row[3] + "00", row[2] + row[5] + row[6]).expect(400);
      decrypt(name, row[3], row[2].substring(2) + row[5] + row[6]).expect(400);
    }
  }

  private Transit.Answer decrypt(String name, String associated, String sealed) {
    return transit.write(
        "decrypt/" + name,
        "{'ciphertext':'vault:v1:%s','associated_data':'%s'}",
        base64(sealed),
        base64(associated));
  }

  @Test
  void anImportedPublicKeyVerifiesWhatIsValidOnly() throws Exception {
    List<String[]> rows = rows(5);
    assertThat(rows).hasSize(33);
    for (String[] row : rows) {
      String name = "pair" + names++;
      String pem = Pem.publicKey(HexFormat.of().parseHex(row[1])).replace("\n", "\\n");
      transit
          .write("keys/" + name + "/import", "{'type':'%s','public_key':'%s'}", row[0], pem)
          .expect(204);
      boolean valid =
          transit
              .write(
                  "verify/" + name,
                  "{'input':'%s','signature':'vault:v1:%s','salt_length':'hash'}",
                  base64(row[2]),
                  base64(row[3]))
              .expect(200)
              .flag("valid");
      assertThat(valid).as(String.join(" ", row)).isEqualTo(row[4].equals("valid"));
    }
  }
}
