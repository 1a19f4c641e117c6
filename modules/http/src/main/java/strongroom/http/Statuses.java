package strongroom.http;

import strongroom.logical.Refusal;

/** Which HTTP status each refusal has: the one place that says so. */
final class Statuses {
  private Statuses() {}

  static int of(Refusal refusal) {
    return switch (refusal) {
      case Refusal.Elsewhere elsewhere -> 307;
      case Refusal.Invalid invalid -> 400;
      case Refusal.Denied denied -> 403;
      case Refusal.NotFound notFound -> 404;
      case Refusal.Unsupported unsupported -> 405;
      case Refusal.Precondition precondition -> 412;
      case Refusal.TooLarge tooLarge -> 413;
      case Refusal.WrongMediaType wrongMediaType -> 415;
      case Refusal.TooMany tooMany -> 429;
      case Refusal.Faulted faulted -> 500;
      case Refusal.Sealed sealed -> 503;
      case Refusal.Unavailable unavailable -> 503;
    };
  }
}
