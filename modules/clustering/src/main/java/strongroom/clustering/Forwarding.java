package strongroom.clustering;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.cluster.CallFault;
import strongroom.cluster.Target;
import strongroom.logical.Json;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Reply;
import strongroom.logical.Request;
import strongroom.logical.RequestHandler;
import strongroom.logical.StreamedPaths;
import strongroom.node.NodeState;
import strongroom.storage.raft.Lead;
import strongroom.storage.raft.Member;

/**
 * Stands before the pipeline of a node of a cluster: what the node may answer itself goes on to the
 * pipeline, the rest to the node that leads. While nobody leads, requests wait for a bounded time,
 * so that a change of leaders is a pause to clients and not a failure.
 *
 * <p>A write that may have reached a leader is never sent a second time, unless that leader has
 * said that nothing came of it: otherwise nobody knows, and the client is told so.
 */
public final class Forwarding implements RequestHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);

  /** How many requests may wait or be on their way; more are told to try again. */
  static final int IN_FLIGHT_MAX = 4096;

  private static final Duration LEADER_WAIT_MAX = Duration.ofSeconds(10);
  private static final Duration ANSWER_MAX = Duration.ofSeconds(90);

  /** How long a node that another leads instead of may still answer what it was asked. */
  private static final Duration LATE_MAX = Duration.ofSeconds(1);

  private static final long LOOK_MILLIS = 5;
  private static final String NO_FORWARDING = "x-vault-no-request-forwarding";
  private static final byte[] NOT_LEADING = new byte[0];

  /** What is about the node that is asked. */
  private static final Set<String> OWN =
      Set.of(
          "sys/health",
          "sys/init",
          "sys/leader",
          "sys/seal-status",
          "sys/seal-backend-status",
          "sys/storage/raft/join",
          "sys/unseal");

  /** What changes who leads is done once, whatever comes of it. */
  private static final Set<String> ONCE =
      Set.of("sys/seal", "sys/step-down", "sys/storage/raft/transfer-leadership");

  private final RequestHandler pipeline;
  private final Supplier<NodeState> state;
  private final RaftLeadership cluster;
  private final Lead lead;
  private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);

  /** Hands to {@code pipeline} what the node in {@code state} may answer. */
  public Forwarding(RequestHandler pipeline, Supplier<NodeState> state, RaftLeadership cluster) {
    this.pipeline = pipeline;
    this.state = state;
    this.cluster = cluster;
    this.lead = cluster.storage().lead();
    cluster.link().answer(LinkCalls.FORWARD, (node, content) -> forwarded(content));
  }

  @Override
  public void handle(Request request, Consumer<Reply> reply) {
    if (OWN.contains(request.path())) {
      pipeline.handle(request, reply);
      return;
    }
    NodeState now = state.get();
    Waiting waiting = new Waiting(request, reply, System.nanoTime() + LEADER_WAIT_MAX.toNanos());
    if (mayAnswer(now)) {
      answerHere(waiting);
    } else if (now instanceof NodeState.Active || now instanceof NodeState.Standby) {
      findLeader(waiting);
    } else {
      pipeline.handle(request, reply); // which says why it does not answer
    }
  }

  /** A request that is not answered yet, and until when it is tried ({@link System#nanoTime}). */
  private record Waiting(Request request, Consumer<Reply> reply, long end) {
    void refuse(Refusal refusal) {
      reply.accept(new Reply.Refused(request.id(), refusal));
    }

    boolean inTime() {
      return System.nanoTime() - end < 0;
    }
  }

  private boolean mayAnswer(NodeState now) {
    return now instanceof NodeState.Active && lead.mayRead();
  }

  private void answerHere(Waiting waiting) {
    long term = lead.servingTerm();
    pipeline.handle(
        waiting.request(),
        reply -> {
          Request request = waiting.request();
          if (mayBeOld(request, term)
              || (cameToNothing(request, reply, term) && waiting.inTime())) {
            findLeader(waiting); // which refuses where there is no time left
          } else {
            waiting.reply().accept(reply);
          }
        });
  }

  /**
   * Whether another node may have led before what was read for {@code request} was read. That this
   * one led was sure when it began to answer, but a process can be stopped in between for any time.
   * A refusal tells of what was read too.
   */
  private boolean mayBeOld(Request request, long term) {
    return !request.operation().writes()
        && request.wrapTtl().isEmpty()
        && !(lead.servingTerm() == term && lead.mayRead());
  }

  /** Whether nothing was done, and not because of the request: this node leads no longer. */
  private boolean cameToNothing(Request request, Reply reply, long term) {
    Reply plain = reply instanceof Reply.Counted(Reply counted, var _) ? counted : reply;
    return plain instanceof Reply.Refused(var _, Refusal refusal)
        && (refusal instanceof Refusal.Unavailable || refusal instanceof Refusal.Sealed)
        && !ONCE.contains(request.path())
        && (lead.isBeingHandedOn() || !lead.isServing() || lead.servingTerm() != term);
  }

  private void findLeader(Waiting waiting) {
    if (!inFlight.tryAcquire()) {
      waiting.refuse(
          new Refusal.TooMany(
              List.of("too many requests wait for the node that leads; try again shortly")));
      return;
    }
    Thread.ofVirtual()
        .name("forward")
        .start(
            () -> {
              try {
                waitAndSend(waiting);
              } catch (RuntimeException e) {
                LOG.error("request {} could not be forwarded", waiting.request().id(), e);
                waiting.refuse(new Refusal.Faulted(List.of("forwarding failed")));
              } finally {
                inFlight.release();
              }
            });
  }

  private void waitAndSend(Waiting waiting) {
    Request request = waiting.request();
    String why = "no node leads";
    while (waiting.inTime()) {
      NodeState now = state.get();
      if (mayAnswer(now)) {
        answerHere(waiting);
        return;
      }
      if (now instanceof NodeState.Standby) {
        if (request.path().equals("sys/seal")) {
          waiting.refuse(
              new Refusal.Invalid(
                  List.of("vault cannot seal when in standby mode; please restart instead")));
          return;
        }
        Optional<Member> leader = otherLeader();
        if (leader.isPresent()) {
          Sent sent = send(request, leader.get());
          if (sent.reply().isPresent()) {
            waiting.reply().accept(sent.reply().get());
            return;
          }
          why = sent.why();
        }
      } else if (!(now instanceof NodeState.Active)) {
        pipeline.handle(request, waiting.reply()); // which says why it does not answer
        return;
      }
      pause();
    }
    waiting.refuse(
        new Refusal.Unavailable(List.of("the node that leads is not to be had: " + why)));
  }

  private Optional<Member> otherLeader() {
    String self = cluster.settings().nodeId();
    return cluster.storage().members().leader().filter(one -> !one.id().equals(self));
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A reply, or why there is none and trying again is right. */
  private record Sent(Optional<Reply> reply, String why) {}

  private Sent send(Request request, Member leader) {
    if (request.client().headers().containsKey(NO_FORWARDING)
        || StreamedPaths.has(request.path())) {
      return refused(request, new Refusal.Elsewhere(List.of(), leader.apiAddress()));
    }
    try {
      byte[] answer =
          cluster
              .link()
              .call(
                  Target.of(leader.id(), leader.clusterAddress()),
                  LinkCalls.FORWARD,
                  ForwardCodec.request(request),
                  ANSWER_MAX,
                  new LostLead(leader));
      return answer.length == 0
          ? new Sent(Optional.empty(), "who leads is changing")
          : new Sent(Optional.of(ReplyCodec.reply(answer)), "");
    } catch (CallFault e) {
      if (!e.sent()) {
        return new Sent(Optional.empty(), "it cannot be reached");
      }
      return cutOff(request, String.valueOf(e.getMessage()));
    } catch (Json.MalformedJson | RefusedException | IllegalArgumentException e) {
      return cutOff(request, "the answer cannot be read: " + e.getMessage());
    }
  }

  private static Sent refused(Request request, Refusal refusal) {
    return new Sent(Optional.of(new Reply.Refused(request.id(), refusal)), "");
  }

  /** What only reads may be asked again. */
  private static Sent cutOff(Request request, String why) {
    LOG.warn("request {} was forwarded and not answered: {}", request.id(), why);
    return request.operation().writes() || request.wrapTtl().isPresent()
        ? refused(
            request,
            new Refusal.Faulted(
                List.of(
                    "the node that leads was lost while it answered: the write may have taken"
                        + " effect or not; read to see")))
        : new Sent(Optional.empty(), "it was lost while it answered");
  }

  /** Whether another node than the one that was asked has led for a while. */
  private final class LostLead implements BooleanSupplier {
    private final Member asked;
    private long since;
    private boolean lost;

    LostLead(Member asked) {
      this.asked = asked;
    }

    @Override
    public boolean getAsBoolean() {
      boolean now =
          lead.isHere() || otherLeader().filter(one -> !one.id().equals(asked.id())).isPresent();
      if (now && !lost) {
        since = System.nanoTime();
      }
      lost = now;
      return lost && System.nanoTime() - since > LATE_MAX.toNanos();
    }
  }

  /** A request that another node was asked. */
  private byte[] forwarded(byte[] content) throws IOException {
    long term = lead.servingTerm();
    if (!mayAnswer(state.get())) {
      return NOT_LEADING;
    }
    CompletableFuture<Reply> answer = new CompletableFuture<>();
    try {
      Request request = ForwardCodec.request(content);
      pipeline.handle(request, answer::complete);
      Reply reply = answer.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
      boolean nothing = mayBeOld(request, term) || cameToNothing(request, reply, term);
      return nothing ? NOT_LEADING : ReplyCodec.of(reply);
    } catch (Json.MalformedJson | RefusedException | IllegalArgumentException e) {
      throw new IOException("a forwarded request cannot be read", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a forwarded request was not answered in time", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
