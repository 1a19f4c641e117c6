package strongroom.system.node;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.Fields;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNull;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.node.KeyShares;
import strongroom.node.Node;
import strongroom.node.Rekey;
import strongroom.node.RekeyRequest;
import strongroom.node.RekeyStep;
import strongroom.node.ShareBackup;

/**
 * {@code sys/rekey/*} and {@code sys/rekey-recovery-key/*} as Vault has them: without an envelope,
 * and without a token where the listener opens them; {@code sys/rotate/root/*} and {@code
 * sys/rotate/recovery/*} as OpenBao has the same things: with both.
 */
final class RekeyEndpoints {
  private final Node node;

  RekeyEndpoints(Node node) {
    this.node = node;
  }

  List<Endpoint> endpoints() {
    List<Endpoint> all = new ArrayList<>();
    Rekey barrier = node.barrierRekey();
    Rekey recovery = node.recoveryRekey();
    all.addAll(new Dialect("rekey/", barrier, true).endpoints());
    all.addAll(new Dialect("rekey-recovery-key/", recovery, true).endpoints());
    all.addAll(new Dialect("rotate/root/", barrier, false).endpoints());
    all.addAll(new Dialect("rotate/recovery/", recovery, false).endpoints());
    all.add(
        Endpoint.at("rotate/root", "Replaces the root key, where the seal holds it.")
            .onWrite(
                _ -> {
                  barrier.rotateRootKey();
                  return Response.done();
                })
            .sudo()
            .build());
    all.add(backup("rekey/backup", barrier, Response.Shape.MIRRORED));
    all.add(backup("rekey/recovery-key-backup", recovery, Response.Shape.MIRRORED));
    all.add(backup("rekey-recovery-key/backup", recovery, Response.Shape.MIRRORED));
    all.add(backup("rotate/root/backup", barrier, Response.Shape.ENVELOPE));
    all.add(backup("rotate/recovery/backup", recovery, Response.Shape.ENVELOPE));
    return all;
  }

  private static Endpoint backup(String path, Rekey rekey, Response.Shape shape) {
    return Endpoint.at(path, "Tells or forgets the encrypted shares kept from the last rekey.")
        .on(Operation.READ, _ -> Response.of(200, shape, backupBody(rekey)))
        .on(
            Operation.DELETE,
            _ -> {
              rekey.deleteBackup();
              return Response.done();
            })
        .sudo()
        .build();
  }

  private static JsonObject backupBody(Rekey rekey) {
    ShareBackup backup =
        rekey.backup().orElseThrow(() -> Refusal.notFound("no backed-up keys found"));
    return JsonObject.builder()
        .put("nonce", backup.nonce())
        .put("keys", byFingerprint(backup.keys()))
        .put("keys_base64", byFingerprint(backup.keysBase64()))
        .build();
  }

  private static JsonObject byFingerprint(Map<String, List<String>> keys) {
    JsonObject.Builder members = JsonObject.builder();
    keys.forEach((name, values) -> members.put(name, JsonArray.ofStrings(values)));
    return members.build();
  }

  static JsonValue orNull(List<String> fingerprints) {
    return fingerprints.isEmpty() ? JsonNull.NULL : JsonArray.ofStrings(fingerprints);
  }

  /** One target under one prefix. */
  private record Dialect(String prefix, Rekey rekey, boolean vault) {
    List<Endpoint> endpoints() {
      return List.of(
          access(
              Endpoint.at(prefix + "init", "Starts, shows or cancels a rekey.")
                  .field("secret_shares", "integer", "How many shares the new key gets.")
                  .field("secret_threshold", "integer", "How many of them it takes.")
                  .field("stored_shares", "integer", "1 or left out.")
                  .field("pgp_keys", "array", "OpenPGP public keys, one for each share.")
                  .field("backup", "boolean", "Whether to keep the encrypted shares.")
                  .field("require_verification", "boolean", "Whether to show them first.")
                  .field("nonce", "string", "To cancel without a token: the rekey's nonce.")
                  .on(Operation.READ, _ -> answer(rekey.status()))
                  .onWrite(this::start)
                  .on(Operation.DELETE, this::cancel)),
          access(
              share(Endpoint.at(prefix + "update", "Takes one of the present key shares."))
                  .onWrite(this::update)),
          access(
              share(Endpoint.at(prefix + "verify", "Takes one of the new key shares."))
                  .on(Operation.READ, _ -> answer(rekey.verification()))
                  .onWrite(this::verify)
                  .on(Operation.DELETE, _ -> answer(rekey.restartVerification()))));
    }

    /** Even their status waits for a share that is just being checked by the seal. */
    private Endpoint access(Endpoint.Builder builder) {
      builder.blocking();
      return (vault ? builder.sudoUnlessOpen(OpenEndpoints.REKEY) : builder.sudo()).build();
    }

    private static Endpoint.Builder share(Endpoint.Builder builder) {
      return builder
          .field("key", "string", "A key share, hexadecimal or Base64.")
          .field("nonce", "string", "The nonce of the operation.");
    }

    private Response start(Call call) {
      Fields fields = call.fields();
      if (InitEndpoint.number(fields, "stored_shares").orElse(0) > 1) {
        throw Refusal.invalid("stored_shares must be 1 or left out");
      }
      RekeyRequest request =
          new RekeyRequest(
              InitEndpoint.number(fields, "secret_shares").orElse(0),
              InitEndpoint.number(fields, "secret_threshold").orElse(0),
              fields.strings("pgp_keys").orElse(List.of()),
              fields.bool("backup").orElse(false),
              fields.bool("require_verification").orElse(false));
      // Without a recovery key there is no quorum to ask, so that only a token can decide.
      return answer(vault ? rekey.start(request) : rekey.startOrCreate(request));
    }

    private Response answer(RekeyStep step) {
      return switch (step) {
        case RekeyStep.Status status -> answer(status);
        case RekeyStep.Done done -> answer(done);
      };
    }

    private Response cancel(Call call) {
      boolean anybody = call.caller().isEmpty();
      rekey.cancel(call.fields().string("nonce").orElse(""), anybody);
      return Response.done();
    }

    private Response update(Call call) {
      String nonce = call.fields().requiredString("nonce");
      String key = call.fields().string("key").orElse("");
      return answer(rekey.update(KeyShares.parse(key), nonce));
    }

    private Response verify(Call call) {
      String nonce = call.fields().requiredString("nonce");
      String key = call.fields().string("key").orElse("");
      return answer(rekey.verify(KeyShares.parse(key), nonce));
    }

    private Response answer(RekeyStep.Status status) {
      JsonObject.Builder body =
          JsonObject.builder()
              .put("nonce", status.nonce())
              .put("started", status.started())
              .put("t", status.threshold())
              .put("n", status.shares())
              .put("progress", status.progress())
              .put("required", status.required())
              .put("pgp_fingerprints", orNull(status.pgpFingerprints()))
              .put("backup", status.backup())
              .put("verification_required", status.verificationRequired())
              .put("verification_nonce", status.verificationNonce());
      if (!vault) {
        // OpenBao 2.6 has another name for it than its versions before.
        body.put("seal_threshold", status.required());
      }
      return shaped(body.build());
    }

    private Response answer(RekeyStep.Done done) {
      return shaped(
          JsonObject.builder()
              .put("nonce", done.nonce())
              .put("complete", true)
              .put("keys", InitEndpoint.hex(done.keys()))
              .put("keys_base64", InitEndpoint.base64(done.keys()))
              .put("pgp_fingerprints", orNull(done.pgpFingerprints()))
              .put("backup", done.backup())
              .put("verification_required", done.verificationRequired())
              .put("verification_nonce", done.verificationNonce())
              .build());
    }

    private Response answer(RekeyStep.Verification verification) {
      JsonObject.Builder body = JsonObject.builder().put("nonce", verification.nonce());
      if (verification.complete()) {
        return shaped(body.put("complete", true).build());
      }
      return shaped(
          body.put("started", verification.started())
              .put("t", verification.threshold())
              .put("n", verification.shares())
              .put("progress", verification.progress())
              .build());
    }

    private Response shaped(JsonObject body) {
      return vault
          ? Answers.bare(body)
          : Response.of(JsonObject.builder().putAll(body).put("namespace", "root").build());
    }
  }
}
