package strongroom.cli;

import java.time.Duration;
import java.util.Optional;
import strongroom.migrate.Answer;
import strongroom.migrate.Api;
import strongroom.migrate.Ask;
import strongroom.migrate.Unreachable;

/** One end of a migration: the client of its API. */
record MigrationEnd(ApiClient client) implements Api {
  private static final int RETRY_AFTER_DIGITS_MAX = 6;

  @Override
  public Answer send(Ask ask) {
    ApiRequest.Body body =
        ask.body().isPresent()
            ? new ApiRequest.Body.OfJson(ask.body().get(), "application/json")
            : ApiRequest.NOTHING;
    ApiRequest request = new ApiRequest(ask.method(), ask.path(), ask.query(), body, false);
    try {
      ApiResponse response = client.sendAny(request);
      // A refusal may come from a proxy, in HTML; what is good must be JSON.
      return new Answer(
          response.status(),
          response.done()
              ? response.json()
              : response.tryJson().orElse(strongroom.logical.JsonObject.EMPTY),
          retryAfter(response));
    } catch (Failure e) {
      throw new Unreachable(String.valueOf(e.getMessage()));
    }
  }

  /** The seconds of {@code Retry-After}; its other form, a date, is left to the usual waits. */
  private static Optional<Duration> retryAfter(ApiResponse response) {
    return Optional.ofNullable(response.headers().get("retry-after"))
        .filter(text -> !text.isEmpty() && text.length() <= RETRY_AFTER_DIGITS_MAX)
        .filter(text -> text.chars().allMatch(c -> c >= '0' && c <= '9'))
        .map(text -> Duration.ofSeconds(Long.parseLong(text)));
  }
}
