package strongroom.ceremony;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.logical.JsonValue;
import strongroom.logical.TimeText;

/**
 * One entry of the record: what is signed.
 *
 * @param number from 1, without gaps
 * @param time when it was done, by the node's clock
 * @param event {@link CeremonyKind#word}
 * @param details of the event
 * @param cluster name and id of the installation
 * @param seals what wrapped the root key before it, each with what its HSM is known by
 * @param previous SHA-256 of the entry before, in hex; empty text for the first
 * @param key the fingerprint of the key that signs
 */
public record CeremonyEntry(
    long number,
    Instant time,
    String event,
    SortedMap<String, String> details,
    SortedMap<String, String> cluster,
    List<SortedMap<String, String>> seals,
    String previous,
    String key) {

  /** Keeps copies. */
  public CeremonyEntry {
    details = Collections.unmodifiableSortedMap(new TreeMap<>(details));
    cluster = Collections.unmodifiableSortedMap(new TreeMap<>(cluster));
    seals = List.copyOf(seals);
  }

  /** What is signed: one line of JSON with these members in this order. */
  public String text() {
    List<JsonValue> sealed = new ArrayList<>();
    seals.forEach(seal -> sealed.add(JsonObject.ofStrings(seal)));
    JsonObject json =
        JsonObject.builder()
            .put("strongroom_ceremony", 1)
            .put("number", number)
            .put("time", time)
            .put("event", event)
            .put("details", JsonObject.ofStrings(details))
            .put("cluster", JsonObject.ofStrings(cluster))
            .put("seals", new JsonArray(sealed))
            .put("previous", previous)
            .put("key", key)
            .build();
    return new String(Json.toBytes(json), StandardCharsets.UTF_8);
  }

  /** Reads what {@link #text} has made. */
  static CeremonyEntry parse(String text) {
    JsonObject json = Members.parse(text);
    if (Members.number(json, "strongroom_ceremony") != 1) {
      throw new CeremonyFault("it is of a version that is not known here", null);
    }
    List<SortedMap<String, String>> seals = new ArrayList<>();
    if (json.member("seals").orElse(null) instanceof JsonArray array) {
      array.items().forEach(item -> seals.add(texts(item)));
    }
    return new CeremonyEntry(
        Members.number(json, "number"),
        time(Members.text(json, "time")),
        Members.text(json, "event"),
        texts(json.member("details").orElse(JsonObject.EMPTY)),
        texts(json.member("cluster").orElse(JsonObject.EMPTY)),
        seals,
        Members.text(json, "previous"),
        Members.text(json, "key"));
  }

  private static Instant time(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new CeremonyFault("its time is none", e);
    }
  }

  private static SortedMap<String, String> texts(JsonValue value) {
    SortedMap<String, String> texts = new TreeMap<>();
    if (value instanceof JsonObject object) {
      object
          .members()
          .forEach(
              (name, member) -> {
                if (member instanceof JsonString(String text)) {
                  texts.put(name, text);
                }
              });
    }
    return texts;
  }

  /** The time as it is written. */
  public String timeText() {
    return TimeText.format(time);
  }
}
