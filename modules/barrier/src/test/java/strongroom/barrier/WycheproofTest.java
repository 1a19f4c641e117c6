package strongroom.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.secret.SecretBytes;

/** Project Wycheproof's vectors through the cipher that the barrier uses. */
class WycheproofTest {
  @Test
  void agreesWithEveryVector() throws Exception {
    List<JsonObject> vectors = vectors();
    assertThat(vectors).hasSizeGreaterThan(60);
    int invalid = 0;
    for (JsonObject vector : vectors) {
      Fields fields = new Fields(vector);
      String id = "tcId " + fields.requiredString("tcId");
      try (AesGcm cipher = new AesGcm(SecretBytes.takeFrom(hex(fields, "key")))) {
        if (fields.requiredString("result").equals("valid")) {
          checkValid(id, cipher, fields);
        } else {
          invalid++;
          assertThatThrownBy(() -> cipher.decrypt(hex(fields, "aad"), stored(fields), 0))
              .as(id)
              .isInstanceOf(GeneralSecurityException.class);
        }
      }
    }
    assertThat(invalid).isPositive();
  }

  private static void checkValid(String id, AesGcm cipher, Fields fields) throws Exception {
    byte[] message = hex(fields, "msg");
    byte[] expected = stored(fields);
    byte[] out = new byte[expected.length];
    byte[] nonce = hex(fields, "iv");
    System.arraycopy(nonce, 0, out, 0, nonce.length);
    // Twice, since the second time takes the cipher from the pool, where decrypting left it.
    for (int round = 0; round < 2; round++) {
      assertThat(cipher.decrypt(hex(fields, "aad"), expected, 0)).as(id).isEqualTo(message);
    }
    cipher.encrypt(nonce, hex(fields, "aad"), message, out, nonce.length);
    assertThat(out).as(id).isEqualTo(expected);
  }

  private static byte[] stored(Fields fields) {
    byte[] nonce = hex(fields, "iv");
    byte[] ciphertext = hex(fields, "ct");
    byte[] tag = hex(fields, "tag");
    return ByteBuffer.allocate(nonce.length + ciphertext.length + tag.length)
        .put(nonce)
        .put(ciphertext)
        .put(tag)
        .array();
  }

  private static byte[] hex(Fields fields, String name) {
    return HexFormat.of().parseHex(fields.string(name).orElseThrow());
  }

  private static List<JsonObject> vectors() throws IOException, Json.MalformedJson {
    try (InputStream in = WycheproofTest.class.getResourceAsStream("wycheproof-aes-gcm-256.json")) {
      List<JsonObject> vectors = new ArrayList<>();
      for (JsonValue group : items(Json.parseObject(in.readAllBytes()), "testGroups")) {
        for (JsonValue test : items((JsonObject) group, "tests")) {
          vectors.add((JsonObject) test);
        }
      }
      return vectors;
    }
  }

  private static List<JsonValue> items(JsonObject object, String name) {
    return ((JsonArray) object.member(name).orElseThrow()).items();
  }
}
