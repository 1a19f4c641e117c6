package strongroom.node;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Fields;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.storage.Batch;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * New shares, encrypted for their holders, kept behind the barrier in case the answer that told
 * them was lost.
 *
 * @param nonce the rekey that made them
 * @param keys hexadecimal digits by OpenPGP fingerprint
 */
public record ShareBackup(String nonce, Map<String, List<String>> keys) {

  /** The same in Base64. */
  public Map<String, List<String>> keysBase64() {
    Map<String, List<String>> encoded = new LinkedHashMap<>();
    keys.forEach(
        (fingerprint, hex) ->
            encoded.put(
                fingerprint,
                hex.stream()
                    .map(h -> Base64.getEncoder().encodeToString(HexFormat.of().parseHex(h)))
                    .toList()));
    return encoded;
  }

  /** Nothing of the shares. */
  @Override
  public String toString() {
    return "ShareBackup[" + nonce + "]";
  }

  static ShareBackup of(String nonce, List<String> fingerprints, List<KeyShare> shares) {
    Map<String, List<String>> keys = new LinkedHashMap<>();
    for (int i = 0; i < shares.size(); i++) {
      keys.computeIfAbsent(fingerprints.get(i), _ -> new ArrayList<>()).add(shares.get(i).hex());
    }
    return new ShareBackup(nonce, keys);
  }

  void store(Storage barrier, String path) {
    JsonObject.Builder members = JsonObject.builder();
    keys.forEach((fingerprint, hex) -> members.put(fingerprint, JsonArray.ofStrings(hex)));
    JsonObject json = JsonObject.builder().put("nonce", nonce).put("keys", members.build()).build();
    barrier.commit(new Batch().put(path, Json.toBytes(json)));
  }

  static Optional<ShareBackup> load(Storage barrier, String path) {
    return barrier.get(path).map(stored -> parse(stored, path));
  }

  private static ShareBackup parse(byte[] stored, String path) {
    try {
      Fields fields = new Fields(Json.parseObject(stored));
      JsonObject members = fields.object("keys").orElse(JsonObject.EMPTY);
      Fields keys = new Fields(members);
      Map<String, List<String>> byFingerprint = new LinkedHashMap<>();
      for (String fingerprint : members.members().keySet()) {
        byFingerprint.put(fingerprint, keys.strings(fingerprint).orElse(List.of()));
      }
      return new ShareBackup(fields.string("nonce").orElse(""), byFingerprint);
    } catch (Json.MalformedJson e) {
      throw new StorageFault.Damaged("the value at " + path + " is not what was written", e);
    }
  }
}
