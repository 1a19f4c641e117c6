package strongroom.ceremony;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;

/**
 * An entry as it is stored and handed out.
 *
 * @param text what is signed, to the byte
 * @param signature by the record's key
 * @param proofs by the name of a seal: SHA-256 of the text as that seal's HSM wrapped it
 */
public record SignedEntry(String text, byte[] signature, SortedMap<String, byte[]> proofs) {

  /** The bytes that are stored, whose hash the next entry names. */
  public byte[] toBytes() {
    return Json.toBytes(toJson());
  }

  /** As JSON. */
  public JsonObject toJson() {
    JsonObject.Builder proved = JsonObject.builder();
    proofs.forEach((seal, proof) -> proved.put(seal, Base64.getEncoder().encodeToString(proof)));
    return JsonObject.builder()
        .put("signed", text)
        .put("signature", Base64.getEncoder().encodeToString(signature))
        .put("proofs", proved.build())
        .build();
  }

  /**
   * Reads what {@link #toBytes} has made.
   *
   * @throws CeremonyFault where it is something else
   */
  public static SignedEntry parse(byte[] stored) {
    return of(Members.parse(new String(stored, StandardCharsets.UTF_8)));
  }

  /**
   * Reads what {@link #toJson} has made.
   *
   * @throws CeremonyFault where it is something else
   */
  public static SignedEntry of(JsonObject json) {
    SortedMap<String, byte[]> proofs = new TreeMap<>();
    if (json.member("proofs").orElse(null) instanceof JsonObject proved) {
      for (Map.Entry<String, ?> proof : proved.members().entrySet()) {
        if (!(proof.getValue() instanceof JsonString)) {
          throw new CeremonyFault("a proof is no text", null);
        }
        proofs.put(proof.getKey(), Members.bytes(proved, proof.getKey()));
      }
    }
    return new SignedEntry(Members.text(json, "signed"), Members.bytes(json, "signature"), proofs);
  }

  /** SHA-256 of what is stored, in hex. */
  public String hash() {
    return Hashes.hex(toBytes());
  }

  /** SHA-256 of the text: what the HSM wraps. */
  public byte[] digest() {
    return Hashes.sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * What the text says.
   *
   * @throws CeremonyFault where it is no entry
   */
  public CeremonyEntry entry() {
    return CeremonyEntry.parse(text);
  }

  /** Names its size only. */
  @Override
  public String toString() {
    return "SignedEntry[" + text.length() + " characters]";
  }
}
