package strongroom.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.BarrierFault;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.seal.ShamirSeal;
import strongroom.secret.SecretBytes;

/** Wraps and unwraps the root key as the node's protection asks. */
final class RootKeys {
  private static final Logger log = LoggerFactory.getLogger(RootKeys.class);
  private final NodeParts parts;

  RootKeys(NodeParts parts) {
    this.parts = parts;
  }

  /** How many of several seals must wrap. */
  enum Quota {
    /** Each: at initialization, when somebody is there to mend what does not work. */
    ALL,
    /** At least one: the others get their copies once they are back. */
    ANY
  }

  /**
   * Wraps {@code rootKey} and makes sure that what came out opens again.
   *
   * @param unsealKey what the key shares combine to, where the protection takes shares
   */
  List<WrappedKey> wrap(
      int number, SecretBytes rootKey, Optional<SecretBytes> unsealKey, Quota quota) {
    return switch (parts.protection()) {
      case Protection.Shares _ ->
          List.of(
              checked(
                  number, rootKey, unsealKey, wrapByShares(unsealKey, rootKey), Optional.empty()));
      case Protection.ByItself(List<Seal> enabled, List<Seal> _) ->
          wrapByEach(enabled, Seal.Purpose.ROOT_KEY, number, rootKey, quota);
      case Protection.SealAndShares(Seal seal, List<Seal> _) -> {
        try (SecretBytes inner = SecretBytes.takeFrom(wrapByShares(unsealKey, rootKey))) {
          byte[] wrapped = seal.wrap(Seal.Purpose.ROOT_KEY, inner);
          yield List.of(checked(number, rootKey, unsealKey, wrapped, Optional.of(seal)));
        }
      }
    };
  }

  private WrappedKey checked(
      int number,
      SecretBytes rootKey,
      Optional<SecretBytes> unsealKey,
      byte[] wrapped,
      Optional<Seal> seal) {
    try (SecretBytes back = unwrapWithShares(wrapped, unsealKey)) {
      requireSame(back, rootKey);
    } catch (WrongSharesException e) {
      throw new SealFault.Data("the root key could not be unwrapped after wrapping it", e);
    }
    return new WrappedKey(
        number,
        seal.map(Seal::type).orElse(ShamirSeal.TYPE),
        seal.map(Seal::name).orElse(ShamirSeal.TYPE),
        parts.clock().instant(),
        wrapped);
  }

  private static void requireSame(SecretBytes back, SecretBytes key) {
    if (!back.contentEquals(key)) {
      throw new SealFault.Data("the key came back changed from the seal", null);
    }
  }

  /** Wraps {@code recoveryKey} and makes sure that what came out opens again. */
  List<WrappedKey> wrapRecovery(int number, SecretBytes recoveryKey, Quota quota) {
    return switch (parts.protection()) {
      case Protection.ByItself(List<Seal> enabled, List<Seal> _) ->
          wrapByEach(enabled, Seal.Purpose.RECOVERY_KEY, number, recoveryKey, quota);
      case Protection.Shares _, Protection.SealAndShares _ ->
          throw new IllegalStateException("recovery keys are for seals that unseal by themselves");
    };
  }

  private List<WrappedKey> wrapByEach(
      List<Seal> seals, Seal.Purpose purpose, int number, SecretBytes key, Quota quota) {
    List<WrappedKey> copies = new ArrayList<>();
    List<SealRace.Answer.Failed<WrappedKey>> failed = new ArrayList<>();
    for (SealRace.Answer<WrappedKey> answer :
        SealRace.all(seals, seal -> wrapBy(seal, purpose, number, key))) {
      switch (answer) {
        case SealRace.Answer.Done<WrappedKey>(Seal _, WrappedKey copy) -> copies.add(copy);
        case SealRace.Answer.Failed<WrappedKey> one -> failed.add(one);
      }
    }
    if (copies.isEmpty() || (quota == Quota.ALL && !failed.isEmpty())) {
      throw SealRace.together(failed);
    }
    for (SealRace.Answer.Failed<WrappedKey> one : failed) {
      log.warn(
          "seal {} did not wrap the new key and gets its copy later: {}",
          one.seal().name(),
          one.fault().getMessage());
    }
    return copies;
  }

  /** A copy of {@code key} by {@code seal} that has been unwrapped again and compared. */
  WrappedKey wrapBy(Seal seal, Seal.Purpose purpose, int number, SecretBytes key) {
    byte[] wrapped = seal.wrap(purpose, key);
    try (SecretBytes back = seal.unwrap(purpose, wrapped)) {
      requireSame(back, key);
    }
    return new WrappedKey(number, seal.type(), seal.name(), parts.clock().instant(), wrapped);
  }

  /**
   * The recovery key, as it is kept behind the barrier beside a break-glass copy, or by whichever
   * seal answers first; the caller closes it.
   *
   * @throws SealFault where none does
   */
  SecretBytes unwrapRecovery(Protection.ByItself protection, SealRecord record, Barrier barrier) {
    return RecoveryKeyCopy.load(barrier, record.recoveryNumber())
        .orElseGet(() -> unwrapRecovery(protection, record));
  }

  /** The same where the barrier is not open yet, by the seals alone. */
  SecretBytes unwrapRecovery(Protection.ByItself protection, SealRecord record) {
    return unwrapRecovery(protection, record.currentRecoveryKeys());
  }

  /** The recovery key in the newest copies that there are, whether they count or are kept. */
  SecretBytes unwrapNewestRecovery(Protection.ByItself protection, SealRecord record) {
    return unwrapRecovery(
        protection,
        record.recoveryKeys().stream()
            .filter(copy -> copy.number() == record.recoveryNumber())
            .toList());
  }

  private static SecretBytes unwrapRecovery(
      Protection.ByItself protection, List<WrappedKey> copies) {
    return SealRace.first(
        protection.all(),
        seal -> unwrapRecovery(seal, copiesFor(seal, copies, protection)),
        SecretBytes::close);
  }

  private static SecretBytes unwrapRecovery(Seal seal, List<WrappedKey> copies) {
    SealFault first = new SealFault.Data("it has not wrapped the key yet", null);
    for (int i = 0; i < copies.size(); i++) {
      try {
        return seal.unwrap(Seal.Purpose.RECOVERY_KEY, copies.get(i).wrapped());
      } catch (SealFault.Data | SealFault.Configuration e) {
        first = i == 0 ? e : first;
      }
    }
    throw first;
  }

  /** The root key in {@code wrapped}, for which it takes shares; the caller closes it. */
  SecretBytes unwrapWithShares(byte[] wrapped, Optional<SecretBytes> unsealKey)
      throws WrongSharesException {
    return switch (parts.protection()) {
      case Protection.Shares _ -> unwrapByShares(unsealKey, wrapped);
      case Protection.SealAndShares(Seal seal, List<Seal> _) -> {
        try (SecretBytes inner = seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped)) {
          yield unwrapByShares(unsealKey, inner.withHeapCopy(byte[]::clone));
        }
      }
      case Protection.ByItself _ ->
          throw new IllegalStateException("it takes no shares where the seal unseals by itself");
    };
  }

  /**
   * Opens the barrier with the newest copy of the root key that opens it; of several seals by that
   * of the first one that can.
   *
   * @throws WrongSharesException where no copy opens with these shares
   * @throws SealFault where the seal fails, or no copy opens
   */
  Barrier openBarrier(SealRecord record, Optional<SecretBytes> unsealKey)
      throws WrongSharesException {
    return switch (parts.protection()) {
      case Protection.Shares _ -> openWithShares(record, true, unsealKey);
      case Protection.SealAndShares _ -> openWithShares(record, false, unsealKey);
      case Protection.ByItself several ->
          SealRace.first(several.all(), seal -> openBySeal(several, seal, record), Barrier::close);
    };
  }

  /**
   * Opens the barrier with a root key at hand.
   *
   * @throws WrongSharesException where it is another
   */
  Barrier openBarrierBy(SecretBytes rootKey) throws WrongSharesException {
    try {
      return Barrier.open(parts.storage(), rootKey, parts.barrier());
    } catch (BarrierFault.WrongRootKey e) {
      throw new WrongSharesException();
    }
  }

  /** By the copies that key shares alone have made, or by those that took a seal as well. */
  private Barrier openWithShares(SealRecord record, boolean alone, Optional<SecretBytes> unsealKey)
      throws WrongSharesException {
    List<WrappedKey> copies =
        record.rootKeys().stream()
            .filter(copy -> copy.sealType().equals(ShamirSeal.TYPE) == alone)
            .toList();
    return openByCopies(record, copies, copy -> unwrapWithShares(copy.wrapped(), unsealKey));
  }

  private Barrier openBySeal(Protection.ByItself several, Seal seal, SealRecord record) {
    List<WrappedKey> copies = copiesFor(seal, record.rootKeys(), several);
    if (copies.isEmpty()) {
      throw new SealFault.Data(notWrappedBy(record), null);
    }
    try {
      return openByCopies(
          record, copies, copy -> seal.unwrap(Seal.Purpose.ROOT_KEY, copy.wrapped()));
    } catch (SealFault.Data | SealFault.Configuration e) {
      if (copies.stream().allMatch(copy -> isOthers(copy, seal, several))) {
        // It was tried for names that changed hands; that it fails is no news of this seal.
        throw new SealFault.Data(notWrappedBy(record), e);
      }
      throw e;
    } catch (WrongSharesException e) {
      throw new IllegalStateException("a seal that unseals by itself takes no shares", e);
    }
  }

  /**
   * Those of its own; of its type those of seals that are called otherwise now; and last those of
   * the other seals of its type, whose names may have changed hands.
   */
  private static List<WrappedKey> copiesFor(
      Seal seal, List<WrappedKey> copies, Protection.ByItself several) {
    return copies.stream()
        .filter(copy -> copy.sealType().equals(seal.type()))
        .sorted(
            Comparator.comparingInt(
                copy -> {
                  if (copy.sealName().equals(seal.name())) {
                    return 0;
                  }
                  return isOthers(copy, seal, several) ? 2 : 1;
                }))
        .toList();
  }

  /** Whether another seal has the name under which {@code copy} was made. */
  private static boolean isOthers(WrappedKey copy, Seal seal, Protection.ByItself several) {
    return several.all().stream()
        .anyMatch(other -> !other.equals(seal) && copy.isBy(other.type(), other.name()));
  }

  private static String notWrappedBy(SealRecord record) {
    return "it has not wrapped the root key, which was wrapped by " + record.currentRootKeys();
  }

  private interface Unwrap {
    SecretBytes of(WrappedKey copy) throws WrongSharesException;
  }

  private Barrier openByCopies(SealRecord record, List<WrappedKey> copies, Unwrap unwrap)
      throws WrongSharesException {
    Optional<SealFault> first = Optional.empty();
    boolean wrongShares = false;
    for (int i = 0; i < copies.size(); i++) {
      WrappedKey copy = copies.get(i);
      try (SecretBytes rootKey = unwrap.of(copy)) {
        parts.leadership().join(rootKey);
        Barrier barrier = Barrier.open(parts.storage(), rootKey, parts.barrier());
        if (i > 0) {
          log.warn(
              "unsealed by an older copy of the root key, {}; the newest, {}, does not fit",
              copy,
              record.rootKeys().getFirst());
        }
        return barrier;
      } catch (SealFault.Data | SealFault.Configuration e) {
        // An older copy may need another key of the HSM, which is still there.
        first = first.or(() -> Optional.of(e));
      } catch (WrongSharesException e) {
        wrongShares = true;
      } catch (BarrierFault.WrongRootKey e) {
        first = first.or(() -> Optional.of(new SealFault.Data(notTheKeyrings(copy), e)));
      }
    }
    if (wrongShares) {
      throw new WrongSharesException();
    }
    throw first.orElseThrow(
        () -> new SealFault.Data("there is no copy of the root key for this kind of seal", null));
  }

  private static String notTheKeyrings(WrappedKey copy) {
    return "the root key in " + copy + " is not the one that protects the keyring";
  }

  private byte[] wrapByShares(Optional<SecretBytes> unsealKey, SecretBytes rootKey) {
    try (ShamirSeal shares = sharesSeal(unsealKey)) {
      return shares.wrap(Seal.Purpose.ROOT_KEY, rootKey);
    }
  }

  private SecretBytes unwrapByShares(Optional<SecretBytes> unsealKey, byte[] wrapped)
      throws WrongSharesException {
    try (ShamirSeal shares = sharesSeal(unsealKey)) {
      return shares.unwrap(Seal.Purpose.ROOT_KEY, wrapped);
    } catch (SealFault.Data e) {
      throw new WrongSharesException();
    }
  }

  private ShamirSeal sharesSeal(Optional<SecretBytes> unsealKey) {
    return new ShamirSeal(unsealKey.orElseThrow(), parts.clock(), parts.random());
  }
}
