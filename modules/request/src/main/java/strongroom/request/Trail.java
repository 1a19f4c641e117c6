package strongroom.request;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.audit.AuditSink;
import strongroom.audit.AuditSink.Stage;
import strongroom.audit.Subject;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Request;
import strongroom.mount.MountSettings;
import strongroom.mount.Route;
import strongroom.token.TokenEntry;

/**
 * What becomes known of one request on its way, for its record. Owned by the thread that has the
 * request, and handed on with it. There is none while no audit device is enabled.
 */
final class Trail {
  /** What the client is told where no device takes the record. */
  static final Refusal UNRECORDED =
      new Refusal.Faulted(
          List.of(
              "the request could not be recorded: no audit device takes it, and what is not"
                  + " recorded is not answered"));

  private final AuditSink audit;
  private Request request;
  private Optional<Subject.Holder> holder = Optional.empty();
  private Optional<Subject.Place> place = Optional.empty();
  private Stage stage = Stage.ASKED;
  private boolean mayWait;
  private boolean givenUp;

  Trail(AuditSink audit, Request request) {
    this.audit = audit;
    this.request = request;
  }

  /** The thread that has the request may wait for a device from now on. */
  void mayWait() {
    mayWait = true;
  }

  void goesTo(Target target) {
    place = target.route().map(Trail::place);
  }

  /**
   * @param byIdentity the policies that {@code token} has by the identity behind it
   */
  void comesFrom(TokenEntry token, List<String> byIdentity) {
    holder = Optional.of(holder(token, byIdentity));
  }

  /**
   * The request may be done: a device must have its record first. Where the thread may not wait,
   * the request is a read of memory, and its record goes with that of the answer.
   *
   * @param exact the request with the operation that it turned out to be
   */
  void admitted(Request exact) {
    request = exact;
    stage = Stage.ADMITTED;
    if (mayWait) {
      if (!audit.begin(subject())) {
        givenUp = true;
        throw new RefusedException(UNRECORDED);
      }
      stage = Stage.RECORDED;
    }
  }

  /** Whether no device took the request's record, so that there is no answer to be recorded. */
  boolean givenUp() {
    return givenUp;
  }

  Stage stage() {
    return stage;
  }

  Subject subject() {
    return new Subject(request, holder, place);
  }

  private static Subject.Place place(Route route) {
    MountSettings settings = route.entry().settings();
    return new Subject.Place(
        route.mount().path(),
        route.mount().type(),
        route.mount().accessor(),
        settings.auditNonHmacRequestKeys(),
        settings.auditNonHmacResponseKeys());
  }

  private static Subject.Holder holder(TokenEntry token, List<String> byIdentity) {
    return new Subject.Holder(
        token.accessor(),
        token.grant().displayName(),
        token.grant().policies(),
        byIdentity,
        Map.copyOf(token.grant().meta()),
        token.grant().entityId(),
        token.type().word(),
        token.life().ttl(),
        token.life().createdAt(),
        token.usesLeft());
  }
}
