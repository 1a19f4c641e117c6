package strongroom.clustering;

import java.util.Base64;
import java.util.List;
import java.util.UUID;
import strongroom.logical.Fields;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;

/** What a node that joins and the leader send each other, as JSON. */
final class JoinMessages {
  private JoinMessages() {}

  /**
   * A node proves the root key and asks for a certificate.
   *
   * @param node its name
   * @param challenge what the leader gave
   * @param group the Raft group that it belongs to already, or empty text
   * @param publicKey of the certificate it wants
   * @param proof over all of these
   */
  record Answer(String node, byte[] challenge, String group, byte[] publicKey, byte[] proof) {
    List<byte[]> proved() {
      return List.of(JoinProof.bytes(node), challenge, JoinProof.bytes(group), publicKey);
    }

    JsonObject toJson() {
      return JsonObject.builder()
          .put("server_id", node)
          .put("challenge", text(challenge))
          .put("group", group)
          .put("public_key", text(publicKey))
          .put("answer", text(proof))
          .build();
    }

    static Answer of(Fields fields) {
      return new Answer(
          fields.requiredString("server_id"),
          binary(fields, "challenge"),
          fields.string("group").orElse(""),
          binary(fields, "public_key"),
          binary(fields, "answer"));
    }
  }

  /**
   * The leader lets the node in.
   *
   * @param group the Raft group
   * @param leader the leader's name
   * @param leaderAddress where it is reached by nodes, {@code host:port}
   * @param certificate the node's, DER
   * @param authority the cluster's, DER
   * @param proof over all of these and the challenge
   */
  record Admission(
      UUID group,
      String leader,
      String leaderAddress,
      byte[] certificate,
      byte[] authority,
      byte[] proof) {
    List<byte[]> proved(byte[] challenge) {
      return List.of(
          challenge,
          JoinProof.bytes(group.toString()),
          JoinProof.bytes(leader),
          JoinProof.bytes(leaderAddress),
          certificate,
          authority);
    }

    JsonObject toJson() {
      return JsonObject.builder()
          .put("group", group.toString())
          .put("leader_id", leader)
          .put("leader_cluster_addr", leaderAddress)
          .put("certificate", text(certificate))
          .put("authority", text(authority))
          .put("proof", text(proof))
          .build();
    }

    static Admission of(Fields fields) {
      String group = fields.requiredString("group");
      UUID id;
      try {
        id = UUID.fromString(group);
      } catch (IllegalArgumentException e) {
        throw Refusal.invalid("group is a UUID");
      }
      return new Admission(
          id,
          fields.requiredString("leader_id"),
          fields.requiredString("leader_cluster_addr"),
          binary(fields, "certificate"),
          binary(fields, "authority"),
          binary(fields, "proof"));
    }
  }

  static String text(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  static byte[] binary(Fields fields, String name) {
    try {
      return Base64.getDecoder().decode(fields.requiredString(name));
    } catch (IllegalArgumentException e) {
      throw Refusal.invalid(name + " is Base64");
    }
  }
}
