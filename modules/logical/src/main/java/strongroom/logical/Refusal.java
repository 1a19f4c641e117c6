package strongroom.logical;

import java.util.List;
import java.util.Optional;

/**
 * Why a request was not done: an expected answer, not a fault. One file of the HTTP dialect maps
 * each kind to a status code. Messages say what was given, what is allowed and what to do next, and
 * never repeat a secret.
 */
public sealed interface Refusal {
  /** What the client is told, one line each. May be empty where Vault answers without words. */
  List<String> errors();

  /** The request is malformed or asks for what cannot be. HTTP 400. */
  record Invalid(List<String> errors) implements Refusal {}

  /** The token is missing, unknown or may not do this. HTTP 403. */
  record Denied(List<String> errors) implements Refusal {}

  /**
   * There is nothing at the path. HTTP 404.
   *
   * @param answer what some endpoints tell all the same (a deleted KV version's metadata)
   */
  record NotFound(List<String> errors, Optional<Response> answer) implements Refusal {}

  /** The path knows no such operation. HTTP 405. */
  record Unsupported(List<String> errors) implements Refusal {}

  /** The body, a value or a list is over its limit. HTTP 413. */
  record TooLarge(List<String> errors) implements Refusal {}

  /** The body's media type is not one that the operation takes. HTTP 415. */
  record WrongMediaType(List<String> errors) implements Refusal {}

  /**
   * A quota or bound is used up for now. HTTP 429.
   *
   * @param retrySeconds when asking again may help
   */
  record TooMany(List<String> errors, long retrySeconds) implements Refusal {
    /** What may be asked again shortly. */
    public TooMany(List<String> errors) {
      this(errors, 1);
    }
  }

  /** The state asked for by a header is not here yet. HTTP 412. */
  record Precondition(List<String> errors) implements Refusal {}

  /** The node is sealed or not initialized. HTTP 503. */
  record Sealed(List<String> errors) implements Refusal {}

  /**
   * Something this needs (the HSM, a leader, the disk) is away; trying again may help. HTTP 503.
   */
  record Unavailable(List<String> errors) implements Refusal {}

  /**
   * Another node answers this. HTTP 307.
   *
   * @param base that node's URL, without a path
   */
  record Elsewhere(List<String> errors, String base) implements Refusal {}

  /** A fault of the server's own, already logged under the request's id. HTTP 500. */
  record Faulted(List<String> errors) implements Refusal {}

  /** {@link Invalid} with one message, to be thrown. */
  static RefusedException invalid(String message) {
    return new RefusedException(new Invalid(List.of(message)));
  }

  /** {@link Denied} as Vault words it, to be thrown. */
  static RefusedException denied() {
    return new RefusedException(new Denied(List.of("permission denied")));
  }

  /** {@link Denied} with one message, to be thrown. */
  static RefusedException denied(String message) {
    return new RefusedException(new Denied(List.of(message)));
  }

  /** {@link NotFound} without words, as Vault answers for an empty path, to be thrown. */
  static RefusedException notFound() {
    return new RefusedException(new NotFound(List.of(), Optional.empty()));
  }

  /** {@link NotFound} with one message, to be thrown. */
  static RefusedException notFound(String message) {
    return new RefusedException(new NotFound(List.of(message), Optional.empty()));
  }

  /** {@link Unsupported} with Vault's words, to be thrown. */
  static RefusedException unsupported() {
    return new RefusedException(new Unsupported(List.of("unsupported operation")));
  }

  /** {@link Unavailable} with one message, to be thrown. */
  static RefusedException unavailable(String message) {
    return new RefusedException(new Unavailable(List.of(message)));
  }

  /** {@link TooLarge} with one message, to be thrown. */
  static RefusedException tooLarge(String message) {
    return new RefusedException(new TooLarge(List.of(message)));
  }
}
