package strongroom.node;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import strongroom.barrier.Barrier;
import strongroom.barrier.RootKey;
import strongroom.ceremony.CeremonyEvent;
import strongroom.ceremony.CeremonyKind;
import strongroom.pgp.PgpKey;
import strongroom.seal.Seal;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;
import strongroom.storage.Transaction;

/**
 * Makes a new installation. Nothing is written before every seal has proved itself, and all there
 * is to write goes into one transaction, which the caller commits.
 */
final class Initialization {
  private static final int KEY_LENGTH = ShamirSeal.KEY_LENGTH;

  private final NodeParts parts;
  private final RootKeys rootKeys;
  private final Ceremony ceremony;

  Initialization(NodeParts parts, RootKeys rootKeys, Ceremony ceremony) {
    this.ceremony = ceremony;
    this.parts = parts;
    this.rootKeys = rootKeys;
  }

  /** What was put into the transaction. */
  record Made(SealRecord record, InitResult result) {}

  Made prepare(InitPlan plan, Transaction transaction) {
    proveSeals();
    try (SecretBytes rootKey = RootKey.random(parts.random());
        SecretBytes unsealKey = SecretBytes.random(KEY_LENGTH, parts.random());
        SecretBytes recoveryKey = SecretBytes.random(KEY_LENGTH, parts.random())) {
      List<WrappedKey> wrappedRoot =
          rootKeys.wrap(1, rootKey, plan.unseal().map(_ -> unsealKey), RootKeys.Quota.ALL);
      SealRecord record =
          SealRecord.of(
              plan.unseal().map(SharePlan::split),
              plan.recovery().map(SharePlan::split),
              wrappedRoot,
              plan.recovery()
                  .map(_ -> rootKeys.wrapRecovery(1, recoveryKey, RootKeys.Quota.ALL))
                  .orElse(List.of()));
      String rootToken = writeInto(transaction, rootKey, record, event(plan));
      InitResult result =
          new InitResult(
              issue(unsealKey, plan.unseal()),
              issue(recoveryKey, plan.recovery()),
              plan.rootTokenKey().map(key -> encrypted(rootToken, key)).orElse(rootToken));
      return new Made(record, result);
    }
  }

  private void proveSeals() {
    List<Seal> seals = parts.protection().enabled();
    if (seals.isEmpty()) {
      return;
    }
    List<SealRace.Answer.Failed<Boolean>> failed = new ArrayList<>();
    for (SealRace.Answer<Boolean> answer : SealRace.all(seals, Initialization::prove)) {
      if (answer instanceof SealRace.Answer.Failed<Boolean> one) {
        failed.add(one);
      }
    }
    if (!failed.isEmpty()) {
      throw SealRace.together(failed);
    }
  }

  private static boolean prove(Seal seal) {
    seal.prove(true);
    return true;
  }

  private static CeremonyEvent event(InitPlan plan) {
    CeremonyEvent event = CeremonyEvent.of(CeremonyKind.INIT);
    if (plan.unseal().isPresent()) {
      event = KeyShares.told(event, "unseal", plan.unseal().get().split());
    }
    if (plan.recovery().isPresent()) {
      event = KeyShares.told(event, "recovery", plan.recovery().get().split());
    }
    return event.with(
        "root_token", plan.rootTokenKey().isPresent() ? "encrypted for a PGP key" : "shown once");
  }

  private String writeInto(
      Transaction transaction, SecretBytes rootKey, SealRecord record, CeremonyEvent event) {
    try (Barrier barrier = Barrier.create(transaction, rootKey, parts.barrier())) {
      ClusterRecord.create(barrier, parts.clusterName(), parts.random());
      String rootToken = parts.services().bootstrap(barrier);
      transaction.put(SealRecords.PATH, record.toBytes());
      ceremony.begin(event, barrier, transaction, record);
      return rootToken;
    }
  }

  private List<KeyShare> issue(SecretBytes key, Optional<SharePlan> plan) {
    return plan.map(p -> KeyShares.issue(key, p, parts.random())).orElse(List.of());
  }

  private String encrypted(String token, PgpKey key) {
    byte[] message = key.encrypt(token.getBytes(StandardCharsets.UTF_8), parts.random());
    return Base64.getEncoder().encodeToString(message);
  }
}
