package strongroom.migrate;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * One of the two servers, asked patiently: what says "too many requests" or "not now" is asked
 * again.
 */
final class Side {
  private static final String SELF = "auth/token/lookup-self";

  private final String name;
  private final Api api;
  private final Backoff backoff;
  private final boolean readOnly;

  /** With {@code readOnly} nothing can be written to it by any mistake. */
  Side(String name, Api api, Backoff backoff, boolean readOnly) {
    this.name = name;
    this.api = api;
    this.backoff = backoff;
    this.readOnly = readOnly;
  }

  String name() {
    return name;
  }

  /** Sends {@code ask} until the server has an answer to it, whatever that is. */
  Answer ask(Ask ask) {
    for (int attempt = 0; ; attempt++) {
      backoff.await();
      boolean last = attempt + 1 >= Backoff.ATTEMPTS_MAX;
      Optional<Duration> wait = Optional.empty();
      try {
        Answer answer = api.send(ask);
        if (!busy(answer)) {
          return stillKnown(ask, answer);
        }
        wait = answer.retryAfter();
        if (last) {
          throw new Refused(name, ask, answer);
        }
      } catch (Unreachable | Refused e) {
        if (last) {
          throw new Unreachable(e.getMessage() + " (tried for minutes; run this again later)");
        }
      }
      backoff.stumbled(attempt, wait);
    }
  }

  private static boolean busy(Answer answer) {
    return switch (answer.status()) {
      case 429, 502, 503, 504 -> true;
      default -> false;
    };
  }

  /** A token that has ended would fail all that is left, one by one. */
  private Answer stillKnown(Ask ask, Answer answer) {
    if (answer.status() == 403
        && !ask.path().equals(SELF)
        && api.send(Ask.get(SELF)).status() == 403) {
      throw new Unreachable(
          "the token of the " + name + " is not, or no longer, valid: run this again with another");
    }
    return answer;
  }

  /** The answer to {@code ask}; empty for a 404. */
  Optional<Answer> find(Ask ask) {
    Answer answer = ask(ask);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    if (!answer.good()) {
      throw new Refused(name, ask, answer);
    }
    return Optional.of(answer);
  }

  /** The data at {@code path}; empty for a 404. */
  Optional<JsonObject> data(String path) {
    return find(Ask.get(path)).map(Answer::data);
  }

  /** The names below {@code path}; none for a 404. */
  List<String> list(String path) {
    return find(Ask.list(path))
        .map(answer -> Shapes.strings(answer.data(), "keys"))
        .orElse(List.of());
  }

  /** Writes {@code body} to {@code path}. */
  void write(String path, JsonObject body) {
    done(Ask.post(path, body));
  }

  void delete(String path) {
    done(Ask.delete(path));
  }

  private void done(Ask ask) {
    if (readOnly) {
      throw new IllegalStateException("nothing is ever written to the " + name + ": " + ask);
    }
    Answer answer = ask(ask);
    if (!answer.good()) {
      throw new Refused(name, ask, answer);
    }
  }
}
