package strongroom.clustering;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Handler;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.storage.StorageFault;
import strongroom.storage.raft.Member;
import strongroom.storage.raft.Members;
import strongroom.tls.ClientTls;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/** {@code sys/storage/raft/*}: joining a cluster, and who belongs to it. */
public final class RaftEndpoints {
  private static final Duration TRANSFER_MAX = Duration.ofSeconds(5);

  /** How many challenges and answers a second of nodes that have proved nothing are looked at. */
  private static final int JOINS_A_SECOND = 20;

  private final RaftLeadership cluster;

  /** The second that is counted (upper 44 bits) and how many came in it. */
  private final AtomicLong counted = new AtomicLong();

  /** Endpoints that ask {@code cluster}. */
  public RaftEndpoints(RaftLeadership cluster) {
    this.cluster = cluster;
  }

  /** The endpoints, their paths without {@code sys/}. */
  public List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>(joining());
    all.add(
        Endpoint.at("storage/raft/configuration", "Tells the nodes of the cluster.")
            .on(Operation.READ, call -> configuration())
            .build());
    all.add(
        changing("remove-peer", "Removes a node from the cluster.", this::remove)
            .field("dr_operation_token", "string", "Of no meaning here.")
            .build());
    all.add(changing("promote", "Gives a node a vote.", call -> vote(call, true)).build());
    all.add(changing("demote", "Takes a node's vote.", call -> vote(call, false)).build());
    all.add(changing("transfer-leadership", "Has another node lead.", this::transfer).build());
    return List.copyOf(all);
  }

  static Endpoint.Builder changing(String name, String summary, Handler handler) {
    return Endpoint.at("storage/raft/" + name, summary)
        .field("server_id", "string", "The node's node_id.")
        .onWrite(handler)
        .sudo()
        .blocking();
  }

  private List<Endpoint> joining() {
    return List.of(
        open("storage/raft/join", "Joins this node, which has no data, to a cluster.")
            .field("leader_api_addr", "string", "The URL of a node of the cluster.")
            .field("retry", "boolean", "Whether to go on trying; false.")
            .field("non_voter", "boolean", "Whether to join without a vote; false.")
            .field("leader_ca_cert", "string", "The authority of that node's certificate, PEM.")
            .field("leader_client_cert", "string", "The certificate to show it, PEM.")
            .field("leader_client_key", "string", "That certificate's key, PEM.")
            .field("leader_tls_servername", "string", "The name in that node's certificate.")
            .onWrite(this::join)
            .build(),
        open("storage/raft/bootstrap", "Refused: initialization begins a cluster by itself.")
            .onWrite(
                call -> {
                  throw Refusal.invalid(
                      "storage \"raft\" begins its cluster at initialization: nothing to do");
                })
            .build(),
        open("storage/raft/bootstrap/challenge", "Gives a node that wants to join a challenge.")
            .field("server_id", "string", "That node's node_id.")
            .onWrite(this::challenge)
            .build(),
        open("storage/raft/bootstrap/answer", "Lets a node in that has proved the root key.")
            .field("server_id", "string", "That node's node_id.")
            .field("challenge", "string", "What it was given, Base64.")
            .field("group", "string", "The Raft group that it is of already.")
            .field("public_key", "string", "The key that it wants a certificate for, Base64.")
            .field("answer", "string", "Its proof, Base64.")
            .onWrite(this::answer)
            .build());
  }

  private static Endpoint.Builder open(String path, String summary) {
    return Endpoint.at(path, summary).unauthenticated().whenSealed().blocking();
  }

  private Response join(Call call) {
    Fields fields = call.fields();
    if (!fields.string("auto_join").orElse("").isEmpty()) {
      throw Refusal.invalid("auto_join is not there yet: give leader_api_addr");
    }
    cluster.join(
        target(fields),
        !fields.bool("non_voter").orElse(false),
        fields.bool("retry").orElse(false));
    return Response.of(200, Response.Shape.BARE, JsonObject.builder().put("joined", true).build());
  }

  private static JoinTarget target(Fields fields) {
    URI api;
    try {
      api = URI.create(fields.requiredString("leader_api_addr"));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid("leader_api_addr is a URL, such as https://host:8200");
    }
    boolean plain = "http".equals(api.getScheme());
    if (api.getHost() == null || (!plain && !"https".equals(api.getScheme()))) {
      throw Refusal.invalid("leader_api_addr is a URL, such as https://host:8200");
    }
    try {
      return new JoinTarget(
          api,
          plain
              ? Optional.empty()
              : Optional.of(
                  tls(
                      fields.nonEmptyString("leader_ca_cert"),
                      fields.nonEmptyString("leader_client_cert"),
                      fields.nonEmptyString("leader_client_key"),
                      fields.nonEmptyString("leader_tls_servername"))));
    } catch (PemFault e) {
      throw Refusal.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static ClientTls tls(
      Optional<String> authority,
      Optional<String> certificate,
      Optional<String> key,
      Optional<String> name) {
    Optional<ClientTls.Identity> identity =
        certificate.isPresent() && key.isPresent()
            ? Optional.of(
                new ClientTls.Identity(
                    pem("leader_client_key", key.get()).privateKey(),
                    pem("leader_client_cert", certificate.get()).certificates()))
            : Optional.empty();
    return new ClientTls(
        authority.map(text -> pem("leader_ca_cert", text).certificates()).orElse(List.of()),
        identity,
        name,
        false);
  }

  /** PEM that came with the request: a client may name no file of this machine. */
  private static Pem pem(String name, String text) {
    return Pem.text(name, text.getBytes(StandardCharsets.UTF_8));
  }

  private Response challenge(Call call) {
    count(call);
    String node = node(call);
    return Response.of(
        JsonObject.builder()
            .put("challenge", JoinMessages.text(cluster.challenge(node)))
            .put("seal_config", JoinMessages.text(cluster.sealRecord()))
            .build());
  }

  private Response answer(Call call) {
    count(call);
    node(call);
    return Response.of(cluster.admit(JoinMessages.Answer.of(call.fields())).toJson());
  }

  /** Names go into certificates, addresses and logs. */
  private static String node(Call call) {
    String node = call.fields().requiredString("server_id");
    if (!node.matches("[A-Za-z0-9][A-Za-z0-9_.:-]{0,127}")) {
      throw Refusal.invalid(
          "server_id is a node_id of up to 128 letters, digits, dots, colons, dashes and"
              + " underscores");
    }
    return node;
  }

  private void count(Call call) {
    long second = call.now().getEpochSecond() << 20;
    long now =
        counted.updateAndGet(before -> (before & ~0xfffffL) == second ? before + 1 : second + 1);
    if ((now & 0xfffff) > JOINS_A_SECOND) {
      throw new RefusedException(
          new Refusal.TooMany(List.of("too many nodes ask to join; try again shortly")));
    }
  }

  private Response configuration() {
    Members members = cluster.storage().members();
    return configuration(members.index(), members.all());
  }

  /** What {@code storage/raft/configuration} answers of {@code members}. */
  static Response configuration(long index, List<Member> members) {
    List<JsonValue> servers = new ArrayList<>();
    for (Member one : members) {
      servers.add(
          JsonObject.builder()
              .put("node_id", one.id())
              .put("address", one.clusterAddress())
              .put("leader", one.leader())
              .put("protocol_version", "3")
              .put("voter", one.voter())
              .build());
    }
    return Response.of(
        JsonObject.builder()
            .put(
                "config",
                JsonObject.builder()
                    .put("index", Math.max(0, index))
                    .put("servers", new JsonArray(servers))
                    .build())
            .build());
  }

  private Response remove(Call call) {
    Member member = member(call);
    if (member.leader()) {
      throw Refusal.invalid(
          "node "
              + member.id()
              + " leads: have another lead first (operator step-down), then remove it");
    }
    changed(() -> cluster.storage().members().remove(member.id()));
    return Response.done();
  }

  private Response vote(Call call, boolean voter) {
    Member member = member(call);
    if (member.leader() && !voter) {
      throw Refusal.invalid("node " + member.id() + " leads and keeps its vote");
    }
    if (member.voter() != voter) {
      changed(
          () ->
              cluster
                  .storage()
                  .members()
                  .put(
                      new Member(
                          member.id(),
                          member.clusterAddress(),
                          member.apiAddress(),
                          voter,
                          false)));
    }
    return Response.done();
  }

  private Response transfer(Call call) {
    if (call.fields().string("server_id").orElse("").isEmpty()) {
      cluster.stepDown();
      return Response.done();
    }
    Member member = member(call);
    if (!member.voter()) {
      throw Refusal.invalid("node " + member.id() + " has no vote and cannot lead");
    }
    boolean leads =
        member.leader() || cluster.storage().lead().handOn(Optional.of(member.id()), TRANSFER_MAX);
    if (!leads) {
      throw Refusal.unavailable("node " + member.id() + " did not take over");
    }
    return Response.done();
  }

  private static void changed(Runnable change) {
    try {
      change.run();
    } catch (StorageFault.Unavailable e) {
      throw Refusal.unavailable(String.valueOf(e.getMessage()));
    }
  }

  private Member member(Call call) {
    String id = call.fields().requiredString("server_id");
    return cluster.storage().members().all().stream()
        .filter(one -> one.id().equals(id))
        .findFirst()
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "server_id names no node of the cluster; operator raft list-peers does"));
  }
}
