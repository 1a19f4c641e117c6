package strongroom.managed.keys.pkcs11;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.HsmToken;
import strongroom.hsm.Remedy;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenSettings;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.secret.SecretBytes;

/** One HSM token in use for managed keys. Loads its library with the first call. */
final class OpenToken implements AutoCloseable {
  private final KeyLibrary from;
  private final KeyDefinition.Place place;
  private final SecretBytes pin;
  private final HsmObserver observer;

  /** Guarded by this. */
  private @Nullable HsmLibrary library;

  /** Guarded by this. */
  private @Nullable HsmToken token;

  /** Guarded by this. */
  private boolean closed;

  private volatile long lastUse;

  /** Whether it has worked: what is missing after that has gone away. */
  private volatile boolean proven;

  /** Takes {@code pin}. */
  OpenToken(KeyLibrary from, KeyDefinition.Place place, SecretBytes pin, HsmObserver observer) {
    this.observer = observer;
    this.from = from;
    this.place = place;
    this.pin = pin;
  }

  void touch() {
    lastUse = System.nanoTime();
  }

  long lastUse() {
    return lastUse;
  }

  /** Runs {@code work}, and says what its faults mean for a managed key. */
  <T> T use(Function<HsmToken, T> work) {
    try {
      T result = work.apply(token());
      proven = true;
      return result;
    } catch (HsmFault e) {
      throw told(e);
    }
  }

  private ManagedKeyFault told(HsmFault fault) {
    String message = String.valueOf(fault.getMessage());
    if (fault.remedy() == Remedy.DATA) {
      return new ManagedKeyFault.Rejected("the HSM does not take this: " + message);
    }
    boolean ours = fault.remedy() == Remedy.CONFIGURATION || fault.remedy() == Remedy.PIN;
    boolean gone = proven && fault instanceof HsmFault.Missing;
    return ours && !gone
        ? new ManagedKeyFault.Configuration(message)
        : new ManagedKeyFault.Unavailable("the HSM of this managed key is away: " + message, fault);
  }

  private synchronized HsmToken token() {
    HsmToken open = token;
    if (open == null) {
      if (closed) {
        throw new ManagedKeyFault.Unavailable("the HSM is no longer in use here", null);
      }
      HsmLibrary loaded = library;
      if (loaded == null) {
        loaded = from.open(callMax(), observer);
        library = loaded;
      }
      open = loaded.token(choice(), pin::copy, settings());
      token = open;
    }
    return open;
  }

  private static Duration callMax() {
    return TokenSettings.CALL_MAX_DEFAULT;
  }

  private TokenSettings settings() {
    return new TokenSettings(place.parallelMax(), callMax(), place.forceReadWrite(), false);
  }

  private SlotChoice choice() {
    return new SlotChoice(
        place
            .slot()
            .map(s -> OptionalLong.of(SlotChoice.parseSlot(s)))
            .orElse(OptionalLong.empty()),
        place.tokenLabel(),
        Optional.empty());
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (token != null) {
      token.close();
      token = null;
    }
    if (library != null) {
      library.close();
      library = null;
    }
    pin.close();
  }
}
