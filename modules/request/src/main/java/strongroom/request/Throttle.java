package strongroom.request;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.mount.Route;
import strongroom.quota.QuotaSettings;
import strongroom.quota.Verdict;

/**
 * What rate limits say to a request, before it is known who asks and before anything is done.
 *
 * @param verdict null where no limit is for the request
 */
record Throttle(@Nullable Verdict verdict, QuotaSettings settings) {
  /** Counts {@code request}. Reads memory only. */
  static Throttle of(Request request, Active parts) {
    @Nullable Route route = parts.mounts().route(request.path()).orElse(null);
    Optional<Verdict> verdict =
        parts
            .quotas()
            .count(
                request.path(),
                route == null ? "" : route.entry().uuid(),
                route == null ? "" : route.relative(request.path()),
                () -> route == null ? Optional.empty() : route.loginRole(request),
                request.client().address());
    return new Throttle(verdict.orElse(null), parts.quotas().settings());
  }

  boolean allows() {
    return verdict == null || verdict.allowed();
  }

  /** Whether audit devices are to record what is refused. */
  boolean recorded() {
    return settings.auditLogging();
  }

  Refusal refusal(Request request) {
    return new Refusal.TooMany(
        List.of("request path \"" + request.path() + "\": rate limit quota exceeded"),
        verdict == null ? 1 : verdict.resetSeconds());
  }

  /** Who is answered by {@code reply}, told what is left where clients are to know. */
  Consumer<Reply> telling(Consumer<Reply> reply) {
    Verdict said = verdict;
    if (said == null || !settings.responseHeaders()) {
      return reply;
    }
    Reply.Rate rate = new Reply.Rate(said.limit(), said.remaining(), said.resetSeconds());
    return plain -> reply.accept(new Reply.Counted(plain, rate));
  }
}
