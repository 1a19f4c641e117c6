package strongroom.hsm;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import strongroom.secret.NativeMemory;
import strongroom.secret.SecretBytes;

/**
 * The process that a PKCS#11 library has for itself: answers the calls of {@link LibraryProcess},
 * which started it. Ends when that process does, and whatever the library does then.
 */
public final class LibraryHost {
  /** Somebody may have to type it. */
  private static final Duration PIN_MAX = Duration.ofMinutes(2);

  private final SocketChannel channel;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(Thread.ofPlatform().daemon().name("answer-", 1).factory());
  private final Map<Long, LocalToken> tokens = new ConcurrentHashMap<>();
  private final Map<Long, BlockingQueue<PinAnswer>> pinsWanted = new ConcurrentHashMap<>();
  private final AtomicLong pinNumber = new AtomicLong();
  private final Tally tally = new Tally();
  private volatile @Nullable LocalLibrary library;

  private LibraryHost(SocketChannel channel) {
    this.channel = channel;
  }

  private record PinAnswer(@Nullable SecretBytes pin) {}

  /** There is no PIN; the other process knows why. */
  private static final class NoPin extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** Connects to the socket at the path that {@code arguments} name, and answers until it ends. */
  public static void main(String[] arguments) throws IOException {
    NativeMemory.forbidCoreDumps();
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(arguments[0]));
        FrameReader reader = new FrameReader(channel)) {
      LibraryHost host = new LibraryHost(channel);
      while (reader.next()) {
        host.take(reader);
      }
    } finally {
      // Not by exit: what hangs in the library must not hold it up.
      Runtime.getRuntime().halt(0);
    }
  }

  private void take(FrameReader from) {
    LibraryCall call = from.word(LibraryCall.class);
    long id = from.number();
    if (call == LibraryCall.PIN) {
      PinAnswer pin = new PinAnswer(from.optional(FrameReader::secret).orElse(null));
      BlockingQueue<PinAnswer> waiting = pinsWanted.remove(id);
      if (waiting == null || !waiting.offer(pin)) {
        forget(pin);
      }
      return;
    }
    Supplier<Consumer<FrameWriter>> work = work(call, from);
    threads.execute(() -> answer(id, work));
  }

  private static void forget(PinAnswer answer) {
    if (answer.pin() != null) {
      answer.pin().close();
    }
  }

  private void answer(long id, Supplier<Consumer<FrameWriter>> work) {
    Consumer<FrameWriter> result;
    LibraryCall.Answer kind = LibraryCall.Answer.RESULT;
    try {
      result = work.get();
    } catch (HsmFault e) {
      kind = LibraryCall.Answer.FAULT;
      result = to -> Wire.fault(to, e);
    } catch (NoPin e) {
      kind = LibraryCall.Answer.NO_PIN;
      result = _ -> {};
    } catch (RuntimeException e) {
      kind = LibraryCall.Answer.BUG;
      result = to -> to.text(String.valueOf(e));
    }
    send(kind, id, result);
  }

  private void send(LibraryCall.Answer kind, long id, Consumer<FrameWriter> content) {
    try (FrameWriter frame = new FrameWriter()) {
      frame.word(kind).number(id);
      tally.writeTo(frame, sessions());
      content.accept(frame);
      frame.send(channel);
    } catch (IOException e) {
      // The process that asked has ended.
      Runtime.getRuntime().halt(0);
    }
  }

  private HsmSessions sessions() {
    return tokens.values().stream()
        .map(LocalToken::sessions)
        .reduce(HsmSessions.NONE, HsmSessions::plus);
  }

  private LocalLibrary library() {
    LocalLibrary opened = library;
    if (opened == null) {
      throw new HsmFault.Closed();
    }
    return opened;
  }

  private LocalToken token(long number) {
    LocalToken token = tokens.get(number);
    if (token == null) {
      throw new HsmFault.Closed();
    }
    return token;
  }

  /** Reads a call's arguments, and gives what makes its answer. */
  private Supplier<Consumer<FrameWriter>> work(LibraryCall call, FrameReader from) {
    return switch (call) {
      case OPEN_LIBRARY -> {
        String path = from.text();
        Duration callMax = Duration.ofNanos(from.number());
        yield () -> {
          library = LocalLibrary.open(path, callMax, tally);
          return _ -> {};
        };
      }
      case LIBRARY_INFO ->
          () -> {
            LibraryInfo info = library().info();
            return to -> Wire.library(to, info);
          };
      case SLOTS ->
          () -> {
            var slots = library().slots();
            return to -> to.list(slots, Wire::slot);
          };
      case SLOT_MECHANISMS -> {
        Slot slot = Wire.slot(from);
        yield () -> {
          var mechanisms = library().mechanisms(slot);
          return to -> to.list(mechanisms, Wire::mechanism);
        };
      }
      case OPEN_TOKEN -> opened(from);
      case CLOSE_TOKEN -> {
        long number = from.number();
        yield () -> {
          LocalToken token = tokens.remove(number);
          if (token != null) {
            token.close();
          }
          return _ -> {};
        };
      }
      default -> {
        long number = from.number();
        yield ofToken(call, () -> token(number), from);
      }
    };
  }

  private Supplier<Consumer<FrameWriter>> opened(FrameReader from) {
    long number = from.number();
    SlotChoice choice = Wire.choice(from);
    TokenSettings settings = Wire.settings(from);
    SecretBytes refused = from.optional(FrameReader::secret).orElse(null);
    boolean locked = from.flag();
    return () -> {
      LocalToken token = new LocalToken(library(), choice, () -> pin(number), settings);
      if (refused != null) {
        try (refused) {
          token.remember(refused, locked);
        }
      }
      if (tokens.putIfAbsent(number, token) != null) {
        token.close();
      }
      return _ -> {};
    };
  }

  private SecretBytes pin(long token) {
    long id = pinNumber.incrementAndGet();
    BlockingQueue<PinAnswer> answer = new ArrayBlockingQueue<>(1);
    pinsWanted.put(id, answer);
    send(LibraryCall.Answer.PIN_WANTED, id, to -> to.number(token));
    try {
      PinAnswer given = answer.poll(PIN_MAX.toSeconds(), TimeUnit.SECONDS);
      if (given != null && given.pin() != null) {
        return given.pin();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new NoPin();
  }

  private static Supplier<Consumer<FrameWriter>> ofToken(
      LibraryCall call, Supplier<LocalToken> token, FrameReader from) {
    return switch (call) {
      case SLOT ->
          () -> {
            Slot slot = token.get().slot();
            return to -> Wire.slot(to, slot);
          };
      case MECHANISMS ->
          () -> {
            var mechanisms = token.get().mechanisms();
            return to -> to.list(mechanisms, Wire::mechanism);
          };
      case KEYS -> {
        KeySearch search = Wire.search(from);
        yield () -> {
          var keys = token.get().keys(search);
          return to -> to.list(keys, Wire::key);
        };
      }
      case GENERATE -> {
        NewKey wanted = Wire.newKey(from);
        yield () -> {
          HsmKey made = token.get().generate(wanted);
          return to -> Wire.key(to, made);
        };
      }
      case GENERATE_PAIR -> {
        NewKeyPair wanted = Wire.newKeyPair(from);
        yield () -> {
          HsmKey made = KeyPairs.of(token.get()).generate(wanted);
          return to -> Wire.key(to, made);
        };
      }
      case RANDOM -> {
        int length = from.integer();
        yield () -> {
          byte[] random = token.get().random(length);
          return to -> to.bytes(random);
        };
      }
      default -> {
        HsmKey key = Wire.key(from);
        yield ofKey(call, token, key, from);
      }
    };
  }

  private static Supplier<Consumer<FrameWriter>> ofKey(
      LibraryCall call, Supplier<LocalToken> token, HsmKey key, FrameReader from) {
    return switch (call) {
      case ENCRYPT -> {
        CipherMode mode = Wire.mode(from);
        SecretBytes plaintext = from.secret();
        yield () -> {
          try (plaintext) {
            Encrypted encrypted = token.get().encrypt(key, mode, plaintext);
            return to -> Wire.encrypted(to, encrypted);
          }
        };
      }
      case DECRYPT -> {
        CipherMode mode = Wire.mode(from);
        byte[] ciphertext = from.bytes();
        yield () -> closing(token.get().decrypt(key, mode, ciphertext));
      }
      case SIGN -> {
        Mechanism mechanism = new Mechanism(from.number());
        byte[] data = from.bytes();
        yield () -> {
          byte[] signature = token.get().sign(key, mechanism, data);
          return to -> to.bytes(signature);
        };
      }
      case VERIFY -> {
        Mechanism mechanism = new Mechanism(from.number());
        byte[] data = from.bytes();
        byte[] signature = from.bytes();
        yield () -> {
          boolean right = token.get().verify(key, mechanism, data, signature);
          return to -> to.flag(right);
        };
      }
      case WRAP -> {
        Mechanism mechanism = new Mechanism(from.number());
        SecretBytes secret = from.secret();
        yield () -> {
          try (secret) {
            byte[] wrapped = token.get().wrap(key, mechanism, secret);
            return to -> to.bytes(wrapped);
          }
        };
      }
      case UNWRAP -> {
        Mechanism mechanism = new Mechanism(from.number());
        byte[] wrapped = from.bytes();
        yield () -> closing(token.get().unwrap(key, mechanism, wrapped));
      }
      case PUBLIC_KEY ->
          () -> {
            byte[] encoded = token.get().publicKey(key).getEncoded();
            return to -> to.bytes(encoded);
          };
      case DESTROY ->
          () -> {
            token.get().destroy(key);
            return _ -> {};
          };
      default -> ofPair(call, token, key, from);
    };
  }

  private static Supplier<Consumer<FrameWriter>> ofPair(
      LibraryCall call, Supplier<LocalToken> token, HsmKey key, FrameReader from) {
    return switch (call) {
      case SIGN_BY_PAIR -> {
        SignMode mode = Wire.signMode(from);
        byte[] input = from.bytes();
        yield () -> {
          byte[] signature = KeyPairs.of(token.get()).sign(key, mode, input);
          return to -> to.bytes(signature);
        };
      }
      case VERIFY_BY_PAIR -> {
        SignMode mode = Wire.signMode(from);
        byte[] input = from.bytes();
        byte[] signature = from.bytes();
        yield () -> {
          boolean right = KeyPairs.of(token.get()).verify(key, mode, input, signature);
          return to -> to.flag(right);
        };
      }
      case PUBLIC_POINT ->
          () -> {
            KeyPairs.PublicPoint half = KeyPairs.of(token.get()).publicPoint(key);
            return to -> to.word(half.curve()).bytes(half.point());
          };
      default -> throw new IllegalStateException(call + " is no call about a key");
    };
  }

  private static Consumer<FrameWriter> closing(SecretBytes secret) {
    return to -> {
      try (secret) {
        Wire.secret(to, secret);
      }
    };
  }
}
