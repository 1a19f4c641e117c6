package strongroom.hsm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import strongroom.secret.SecretBytes;

/**
 * An HSM token used by a library in a process of its own. Remembers a refused PIN here, so that a
 * new process does not try it again either.
 */
final class IsolatedToken implements HsmToken {
  private final IsolatedLibrary library;
  private final long number;
  private final SlotChoice choice;
  private final PinSource pins;
  private final TokenSettings settings;

  private @Nullable LibraryProcess openIn; // guarded by this
  private @Nullable SecretBytes given; // guarded by this
  private @Nullable SecretBytes refused; // guarded by this
  private boolean lockedWhenRefused; // guarded by this
  private @Nullable RuntimeException noPin; // guarded by this
  private volatile boolean closed;

  IsolatedToken(
      IsolatedLibrary library,
      long number,
      SlotChoice choice,
      PinSource pins,
      TokenSettings settings) {
    this.library = library;
    this.number = number;
    this.choice = choice;
    this.pins = pins;
    this.settings = settings;
  }

  long number() {
    return number;
  }

  /** The PIN for a login; the caller closes it. */
  SecretBytes takePin() {
    try {
      SecretBytes pin = pins.takePin();
      remember(pin);
      return pin;
    } catch (RuntimeException e) {
      synchronized (this) {
        noPin = e;
      }
      throw e;
    }
  }

  private synchronized void remember(SecretBytes pin) {
    if (given != null) {
      given.close();
    }
    given = pin.copy();
  }

  private synchronized void note(HsmFault.PinRefused fault) {
    if (fault.tried() != HsmFault.PinRefused.Tried.NOT && given != null) {
      if (refused != null) {
        refused.close();
      }
      refused = given;
      given = null;
      lockedWhenRefused = fault.tried() == HsmFault.PinRefused.Tried.AND_LOCKED;
    }
  }

  private synchronized void succeeded() {
    if (given != null) {
      // It was accepted, or the call would have failed.
      given.close();
      given = null;
    }
  }

  private synchronized RuntimeException noPin() {
    return noPin == null ? new IllegalStateException("the PIN was not given") : noPin;
  }

  private synchronized void openIn(LibraryProcess process) {
    if (openIn == process) {
      return;
    }
    process.call(
        LibraryCall.OPEN_TOKEN,
        settings.callMax(),
        to -> {
          Wire.choice(to.number(number), choice);
          Wire.settings(to, settings);
          to.optional(Optional.ofNullable(refused), Wire::secret).flag(lockedWhenRefused);
        },
        _ -> true);
    openIn = process;
  }

  <T> T call(LibraryCall call, Consumer<FrameWriter> arguments, Function<FrameReader, T> result) {
    if (closed) {
      throw new HsmFault.Closed();
    }
    try {
      T answer =
          library.onProcess(
              call,
              process -> {
                openIn(process);
                return process.call(
                    call, settings.callMax(), to -> arguments.accept(to.number(number)), result);
              });
      succeeded();
      return answer;
    } catch (HsmFault.PinRefused e) {
      note(e);
      throw e;
    } catch (LibraryProcess.NoPin e) {
      throw noPin();
    }
  }

  @Override
  public Slot slot() {
    return call(LibraryCall.SLOT, _ -> {}, Wire::slot);
  }

  @Override
  public List<MechanismInfo> mechanisms() {
    return call(LibraryCall.MECHANISMS, _ -> {}, from -> from.list(Wire::mechanism));
  }

  @Override
  public List<HsmKey> keys(KeySearch search) {
    return call(LibraryCall.KEYS, to -> Wire.search(to, search), from -> from.list(Wire::key));
  }

  @Override
  public HsmKey generate(NewKey wanted) {
    return call(LibraryCall.GENERATE, to -> Wire.newKey(to, wanted), Wire::key);
  }

  @Override
  public void destroy(HsmKey key) {
    call(LibraryCall.DESTROY, to -> Wire.key(to, key), _ -> true);
  }

  @Override
  public Encrypted encrypt(HsmKey key, CipherMode mode, SecretBytes plaintext) {
    return call(
        LibraryCall.ENCRYPT,
        to -> {
          Wire.key(to, key);
          Wire.mode(to, mode);
          Wire.secret(to, plaintext);
        },
        Wire::encrypted);
  }

  @Override
  public SecretBytes decrypt(HsmKey key, CipherMode mode, byte[] ciphertext) {
    return call(
        LibraryCall.DECRYPT,
        to -> {
          Wire.key(to, key);
          Wire.mode(to, mode);
          to.bytes(ciphertext);
        },
        FrameReader::secret);
  }

  @Override
  public byte[] sign(HsmKey key, Mechanism mechanism, byte[] data) {
    return call(
        LibraryCall.SIGN,
        to -> {
          Wire.key(to, key);
          to.number(mechanism.number()).bytes(data);
        },
        FrameReader::bytes);
  }

  @Override
  public boolean verify(HsmKey key, Mechanism mechanism, byte[] data, byte[] signature) {
    return call(
        LibraryCall.VERIFY,
        to -> {
          Wire.key(to, key);
          to.number(mechanism.number()).bytes(data).bytes(signature);
        },
        FrameReader::flag);
  }

  @Override
  public byte[] wrap(HsmKey key, Mechanism mechanism, SecretBytes secret) {
    return call(
        LibraryCall.WRAP,
        to -> {
          Wire.key(to, key);
          Wire.secret(to.number(mechanism.number()), secret);
        },
        FrameReader::bytes);
  }

  @Override
  public SecretBytes unwrap(HsmKey key, Mechanism mechanism, byte[] wrapped) {
    return call(
        LibraryCall.UNWRAP,
        to -> {
          Wire.key(to, key);
          to.number(mechanism.number()).bytes(wrapped);
        },
        FrameReader::secret);
  }

  @Override
  public byte[] random(int length) {
    return call(LibraryCall.RANDOM, to -> to.number(length), FrameReader::bytes);
  }

  @Override
  public RSAPublicKey publicKey(HsmKey key) {
    byte[] encoded = call(LibraryCall.PUBLIC_KEY, to -> Wire.key(to, key), FrameReader::bytes);
    try {
      return (RSAPublicKey)
          KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("the public half of " + key.summary() + " is no RSA key", e);
    }
  }

  @Override
  public int hungCalls() {
    return 0; // a process in which a call hangs is ended
  }

  @Override
  public HsmSessions sessions() {
    LibraryProcess current = library.current();
    return current == null ? HsmSessions.NONE : current.sessions();
  }

  @Override
  public void close() {
    closed = true;
    library.forget(this);
    LibraryProcess current = library.current();
    try {
      if (current != null && opened(current)) {
        current.call(
            LibraryCall.CLOSE_TOKEN, settings.callMax(), to -> to.number(number), _ -> true);
      }
    } catch (HsmFault e) {
      // Its process is gone, and its sessions with it.
      return;
    } finally {
      forgetPins();
    }
  }

  private synchronized boolean opened(LibraryProcess process) {
    return openIn == process;
  }

  private synchronized void forgetPins() {
    for (SecretBytes pin : new SecretBytes[] {given, refused}) {
      if (pin != null) {
        pin.close();
      }
    }
    given = null;
    refused = null;
  }
}
