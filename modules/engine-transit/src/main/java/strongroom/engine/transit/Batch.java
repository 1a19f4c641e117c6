package strongroom.engine.transit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;

/**
 * The items of a request: those of its {@code batch_input}, each with an answer or an error of its
 * own, or the request itself as the only one.
 *
 * @param batch whether they came as a batch
 */
record Batch(boolean batch, List<Fields> items) {
  /** So many items a batch may have. */
  static final int ITEMS_MAX = 10_000;

  private static final String REFERENCE = "reference";

  static Batch of(Call call) {
    Optional<JsonValue> given = call.fields().value("batch_input");
    if (given.isEmpty()) {
      return new Batch(false, List.of(call.fields()));
    }
    if (!(given.get() instanceof JsonArray(List<JsonValue> values))) {
      throw Refusal.invalid("batch_input must be an array of objects");
    }
    if (values.isEmpty()) {
      throw Refusal.invalid("missing batch input to process");
    }
    if (values.size() > ITEMS_MAX) {
      throw Refusal.invalid("batch_input has at most " + ITEMS_MAX + " items");
    }
    List<Fields> items = new ArrayList<>(values.size());
    for (JsonValue value : values) {
      if (!(value instanceof JsonObject object)) {
        throw Refusal.invalid("batch_input must be an array of objects");
      }
      items.add(new Fields(object));
    }
    return new Batch(true, items);
  }

  /** Refuses where some items have a context and others have none. */
  Batch requireContextsAlike() {
    boolean first = hasContext(items.getFirst());
    if (items.stream().anyMatch(item -> hasContext(item) != first)) {
      throw Refusal.invalid("context should be set either in all the request blocks or in none");
    }
    return this;
  }

  boolean hasContext() {
    return hasContext(items.getFirst());
  }

  private static boolean hasContext(Fields item) {
    return item.string("context").map(text -> !text.isEmpty()).orElse(false);
  }

  /** Answers one item, or refuses it. */
  @FunctionalInterface
  interface Work {
    /** What is told of {@code item}. */
    JsonObject answer(Fields item);
  }

  /**
   * The answer to all of it. A refused item of a batch has its {@code error}; where {@code strict},
   * the status is then 400, or what {@code partial_failure_response_code} says while others
   * succeeded.
   *
   * @param whenRefused the members that a refused item has besides
   */
  Response answer(Call call, boolean strict, JsonObject whenRefused, Work work) {
    if (!batch) {
      return Response.of(work.answer(items.getFirst()));
    }
    List<JsonValue> results = new ArrayList<>(items.size());
    int refused = 0;
    for (Fields item : items) {
      JsonObject.Builder result = JsonObject.builder();
      try {
        result.putAll(work.answer(item));
      } catch (RefusedException e) {
        if (!(e.refusal() instanceof Refusal.Invalid(List<String> errors))) {
          // Not of this item: the HSM is away.
          throw e;
        }
        refused++;
        result.putAll(whenRefused).put("error", String.join("; ", errors));
      }
      results.add(result.put(REFERENCE, item.string(REFERENCE).orElse("")).build());
    }
    JsonObject data = JsonObject.builder().put("batch_results", new JsonArray(results)).build();
    if (refused == 0 || !strict) {
      return Response.of(data);
    }
    return partlyRefused(call, data, refused < items.size());
  }

  private static Response partlyRefused(Call call, JsonObject data, boolean someDone) {
    Optional<Long> asked = call.fields().integer("partial_failure_response_code");
    if (asked.isEmpty() || !someDone) {
      return Response.of(400, Response.Shape.ENVELOPE, data);
    }
    long code = asked.get();
    if (code < 200 || code > 599 || code == 204) {
      return Response.of(400, Response.Shape.ENVELOPE, data)
          .warning(
              List.of(
                  "invalid HTTP response code override from partial_failure_response_code,"
                      + " reverting to 400"));
    }
    return Response.of((int) code, Response.Shape.ENVELOPE, data);
  }
}
