package strongroom.node;

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

  /**
   * Wraps {@code rootKey} and makes sure that what came out opens again.
   *
   * @param unsealKey what the key shares combine to, where the protection takes shares
   */
  WrappedKey wrap(SecretBytes rootKey, Optional<SecretBytes> unsealKey) {
    byte[] wrapped =
        switch (parts.protection()) {
          case Protection.Shares _ -> wrapByShares(unsealKey, rootKey);
          case Protection.ByItself(Seal seal) -> seal.wrap(Seal.Purpose.ROOT_KEY, rootKey);
          case Protection.SealAndShares(Seal seal) -> {
            try (SecretBytes inner = SecretBytes.takeFrom(wrapByShares(unsealKey, rootKey))) {
              yield seal.wrap(Seal.Purpose.ROOT_KEY, inner);
            }
          }
        };
    try (SecretBytes back = unwrap(wrapped, unsealKey)) {
      if (!back.contentEquals(rootKey)) {
        throw new SealFault.Data("the root key came back changed from the seal", null);
      }
    } catch (WrongSharesException e) {
      throw new SealFault.Data("the root key could not be unwrapped after wrapping it", e);
    }
    return wrappedNow(wrapped);
  }

  /** {@code wrapped} with the seal's name and the time. */
  private WrappedKey wrappedNow(byte[] wrapped) {
    Protection protection = parts.protection();
    return new WrappedKey(protection.type(), protection.name(), parts.clock().instant(), wrapped);
  }

  /** Wraps {@code recoveryKey} and makes sure that what came out opens again. */
  WrappedKey wrapRecovery(SecretBytes recoveryKey) {
    return switch (parts.protection()) {
      case Protection.ByItself(Seal seal) -> {
        byte[] wrapped = seal.wrap(Seal.Purpose.RECOVERY_KEY, recoveryKey);
        try (SecretBytes back = seal.unwrap(Seal.Purpose.RECOVERY_KEY, wrapped)) {
          if (!back.contentEquals(recoveryKey)) {
            throw new SealFault.Data("the recovery key came back changed from the seal", null);
          }
        }
        yield wrappedNow(wrapped);
      }
      case Protection.Shares _, Protection.SealAndShares _ ->
          throw new IllegalStateException("recovery keys are for seals that unseal by themselves");
    };
  }

  /** The root key in {@code wrapped}; the caller closes it. */
  SecretBytes unwrap(byte[] wrapped, Optional<SecretBytes> unsealKey) throws WrongSharesException {
    return switch (parts.protection()) {
      case Protection.Shares _ -> unwrapByShares(unsealKey, wrapped);
      case Protection.ByItself(Seal seal) -> seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped);
      case Protection.SealAndShares(Seal seal) -> {
        try (SecretBytes inner = seal.unwrap(Seal.Purpose.ROOT_KEY, wrapped)) {
          yield unwrapByShares(unsealKey, inner.withHeapCopy(byte[]::clone));
        }
      }
    };
  }

  /**
   * Opens the barrier with the newest copy of the root key that opens it.
   *
   * @throws WrongSharesException where no copy opens with these shares
   * @throws SealFault where the seal fails, or no copy opens
   */
  Barrier openBarrier(SealRecord record, Optional<SecretBytes> unsealKey)
      throws WrongSharesException {
    Optional<SealFault.Data> first = Optional.empty();
    boolean wrongShares = false;
    for (int i = 0; i < record.rootKeys().size(); i++) {
      WrappedKey copy = record.rootKeys().get(i);
      try (SecretBytes rootKey = unwrap(copy.wrapped(), unsealKey)) {
        Barrier barrier = Barrier.open(parts.storage(), rootKey, parts.clock(), parts.random());
        if (i > 0) {
          log.warn("unsealed by an older copy of the root key, {}; the newest does not fit", copy);
        }
        return barrier;
      } catch (SealFault.Data e) {
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
    throw first.orElseThrow();
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
