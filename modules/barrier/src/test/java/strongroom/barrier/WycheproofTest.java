package strongroom.barrier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.secret.SecretBytes;
import strongroom.storage.Batch;
import strongroom.storage.InMemoryStorage;
import strongroom.storage.StorageFault;

/**
 * Project Wycheproof's vectors through the cipher that the barrier uses, and through the barrier
 * itself. The barrier chooses the associated data (header and path), so that its tags are its own;
 * the ciphertext does not depend on them and is the vector's.
 */
class WycheproofTest {
  private static final String PATH = "secret/vector";
  private static final int HEADER_LENGTH = 5;

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

  @Test
  void theBarrierStoresWhatTheVectorsSayAndGivesItBack() throws Exception {
    int checked = 0;
    for (JsonObject vector : vectors()) {
      Fields fields = new Fields(vector);
      if (!fields.requiredString("result").equals("valid")) {
        continue;
      }
      try (Vault vault = new Vault(fields)) {
        byte[] stored = vault.physical.get(PATH).orElseThrow();
        byte[] expected = stored(fields);
        int untilTag = expected.length - AesGcm.TAG_LENGTH;
        assertThat(Arrays.copyOfRange(stored, HEADER_LENGTH, HEADER_LENGTH + untilTag))
            .as(vault.id)
            .isEqualTo(Arrays.copyOf(expected, untilTag));
        assertThat(vault.barrier.get(PATH).orElseThrow())
            .as(vault.id)
            .isEqualTo(hex(fields, "msg"));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(30);
  }

  /** What an invalid vector changes in the tag of a valid one is changed in a stored value. */
  @Test
  void theBarrierServesNothingThatAVectorCallsForged() throws Exception {
    int checked = 0;
    for (JsonObject vector : vectors()) {
      Fields fields = new Fields(vector);
      if (!fields.requiredString("result").equals("invalid")) {
        continue;
      }
      byte[] forged = hex(fields, "tag");
      byte[] genuine = genuineTag(fields);
      assertThat(forged).isNotEqualTo(genuine);
      try (Vault vault = new Vault(fields)) {
        byte[] stored = vault.physical.get(PATH).orElseThrow();
        int tag = stored.length - AesGcm.TAG_LENGTH;
        for (int i = 0; i < AesGcm.TAG_LENGTH; i++) {
          stored[tag + i] ^= (byte) (forged[i] ^ genuine[i]);
        }
        vault.refuses(stored);
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(10);
  }

  @Test
  void theBarrierServesNoValueOfWhichAnyPartIsChanged() throws Exception {
    for (JsonObject vector : vectors()) {
      Fields fields = new Fields(vector);
      try (Vault vault = new Vault(fields)) {
        byte[] whole = vault.physical.get(PATH).orElseThrow();
        int ciphertext = HEADER_LENGTH + AesGcm.NONCE_LENGTH;
        int tag = whole.length - AesGcm.TAG_LENGTH;
        for (int at : new int[] {0, 4, HEADER_LENGTH, ciphertext - 1, ciphertext, tag - 1, tag}) {
          byte[] changed = whole.clone();
          changed[at] ^= (byte) 0x80;
          vault.refuses(changed);
        }
        vault.refuses(Arrays.copyOf(whole, whole.length - 1));
        vault.refuses(Arrays.copyOf(whole, whole.length + 1));
        vault.physical.commit(new Batch().put(PATH, whole));
        assertThat(vault.barrier.get(PATH)).isPresent();
      }
    }
  }

  private static byte[] genuineTag(Fields fields) {
    byte[] message = hex(fields, "msg");
    byte[] out = new byte[AesGcm.NONCE_LENGTH + message.length + AesGcm.TAG_LENGTH];
    Scripted random = new Scripted();
    random.next = hex(fields, "iv");
    try (AesGcm cipher = new AesGcm(SecretBytes.takeFrom(hex(fields, "key")))) {
      cipher.encrypt(hex(fields, "aad"), message, out, 0, random);
    }
    return Arrays.copyOfRange(out, AesGcm.NONCE_LENGTH + message.length, out.length);
  }

  /** A barrier whose data key and nonce are a vector's, with the vector's message in it. */
  private static final class Vault implements AutoCloseable {
    final String id;
    final InMemoryStorage physical = new InMemoryStorage();
    final Barrier barrier;

    Vault(Fields fields) {
      id = "tcId " + fields.requiredString("tcId");
      Scripted random = new Scripted();
      random.next = hex(fields, "key");
      try (SecretBytes rootKey = SecretBytes.allocate(AesGcm.KEY_LENGTH)) {
        barrier = Barrier.create(physical, rootKey, Sources.of(Clock.systemUTC(), random));
      }
      assertThat(barrier.currentTerm().cipher().viewKey().withHeapCopy(byte[]::clone))
          .isEqualTo(hex(fields, "key"));
      // The first write has the keyring count ahead, by a nonce of its own.
      barrier.commit(new Batch().put("secret/first", new byte[0]));
      random.next = hex(fields, "iv");
      barrier.commit(new Batch().put(PATH, hex(fields, "msg")));
    }

    void refuses(byte[] stored) {
      physical.commit(new Batch().put(PATH, stored));
      assertThatThrownBy(() -> barrier.get(PATH))
          .as(id)
          .isInstanceOf(StorageFault.Damaged.class)
          .hasMessageContaining(PATH);
    }

    @Override
    public void close() {
      barrier.close();
    }
  }

  /** Random bytes, but for one time that is said beforehand. */
  private static final class Scripted extends SecureRandom {
    private static final long serialVersionUID = 1;
    private transient byte[] next = new byte[0];

    @Override
    public void nextBytes(byte[] bytes) {
      if (next.length == bytes.length) {
        System.arraycopy(next, 0, bytes, 0, bytes.length);
        next = new byte[0];
      } else {
        super.nextBytes(bytes);
      }
    }
  }

  private static void checkValid(String id, AesGcm cipher, Fields fields) throws Exception {
    byte[] message = hex(fields, "msg");
    byte[] expected = stored(fields);
    byte[] out = new byte[expected.length];
    Scripted random = new Scripted();
    random.next = hex(fields, "iv");
    // Twice, since the second time takes the cipher from the pool, where decrypting left it.
    for (int round = 0; round < 2; round++) {
      assertThat(cipher.decrypt(hex(fields, "aad"), expected, 0)).as(id).isEqualTo(message);
    }
    cipher.encrypt(hex(fields, "aad"), message, out, 0, random);
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
