package strongroom.hsm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.URISyntaxException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.secret.SecretBytes;

/**
 * One life of the process that a library has for itself ({@link LibraryHost}), seen from the
 * process that asks it. Calls go over a Unix socket in a folder that nobody else may enter; what
 * the process prints goes to the log.
 */
final class LibraryProcess implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LibraryProcess.class);

  /** The process ends calls by itself; this is for when it cannot. */
  private static final Duration GRACE = Duration.ofMillis(500);

  private static final long END_MAX_SECONDS = 1;

  private final Process process;
  private final SocketChannel channel;
  private final LongFunction<SecretBytes> pins;
  private final AtomicLong lastId = new AtomicLong();
  private final Map<Long, Waiting<?>> waiting = new ConcurrentHashMap<>();
  private final long startedNanos = System.nanoTime();
  private final HsmObserver observer;
  private volatile String ended = "";
  private volatile HsmSessions sessions = HsmSessions.NONE;

  private LibraryProcess(
      Process process,
      SocketChannel channel,
      LongFunction<SecretBytes> pins,
      HsmObserver observer) {
    this.observer = observer;
    this.process = process;
    this.channel = channel;
    this.pins = pins;
  }

  /** What a call came to. */
  private sealed interface Outcome<T> {
    record Result<T>(T value) implements Outcome<T> {}

    record Fault<T>(RuntimeException fault) implements Outcome<T> {}
  }

  private record Waiting<T>(BlockingQueue<Outcome<T>> outcome, Function<FrameReader, T> read) {
    void result(FrameReader from) {
      offer(new Outcome.Result<>(read.apply(from)));
    }

    void fault(RuntimeException fault) {
      offer(new Outcome.Fault<>(fault));
    }

    private void offer(Outcome<T> made) {
      if (!outcome.offer(made)) {
        throw new IllegalStateException("a call was answered twice");
      }
    }
  }

  /** The PIN could not be given; the token that was to give it knows why. */
  static final class NoPin extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /**
   * Starts one.
   *
   * @param environment on top of this process's own
   * @param pins asked by a token's number when it logs in
   */
  static LibraryProcess start(
      Map<String, String> environment,
      Duration deadline,
      LongFunction<SecretBytes> pins,
      HsmObserver observer) {
    Path folder = null;
    try {
      folder = Files.createTempDirectory("strongroom-hsm"); // for the owner only
      Path socket = folder.resolve("s");
      try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        server.bind(UnixDomainSocketAddress.of(socket));
        Process process = launch(environment, socket);
        SocketChannel channel = accept(server, process, deadline);
        LibraryProcess started = new LibraryProcess(process, channel, pins, observer);
        Thread.ofPlatform().daemon().name("hsm-answers").start(started::readAnswers);
        return started;
      } finally {
        Files.deleteIfExists(socket);
      }
    } catch (IOException e) {
      throw new HsmFault.Crashed("the PKCS#11 library's own process cannot be started: " + e);
    } finally {
      delete(folder);
    }
  }

  private static void delete(@Nullable Path folder) {
    try {
      if (folder != null) {
        Files.deleteIfExists(folder);
      }
    } catch (IOException e) {
      LOG.warn("{} is left behind", folder, e);
    }
  }

  private static Process launch(Map<String, String> environment, Path socket) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx48m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            // A report of a crash shows memory, and so may show a secret.
            "-XX:+SuppressFatalErrorMessage",
            "-XX:-CreateCoredumpOnCrash",
            "--enable-native-access=ALL-UNNAMED",
            "-Dslf4j.provider=" + HostLogs.class.getName(),
            "-Dslf4j.internal.verbosity=ERROR",
            "-cp",
            classPath(),
            LibraryHost.class.getName(),
            socket.toString()));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().keySet().removeIf(LibraryProcess::keptFromIt);
    builder.environment().putAll(environment);
    Process process = builder.start();
    process.getOutputStream().close();
    Thread.ofPlatform().daemon().name("hsm-words").start(() -> logWords(process));
    return process;
  }

  /** PINs and tokens of the server are in such variables; a vendor's library has its own. */
  static boolean keptFromIt(String variable) {
    return variable.startsWith("VAULT_") || variable.startsWith("BAO_");
  }

  /** This module's jar and the two that it needs. */
  private static String classPath() {
    return Stream.of(LibraryHost.class, SecretBytes.class, Logger.class)
        .map(LibraryProcess::place)
        .collect(Collectors.joining(java.io.File.pathSeparator));
  }

  private static String place(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the place of " + type + " is no file", e);
    }
  }

  private static void logWords(Process process) {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.startsWith(HostLogs.WARNING)) {
          LOG.warn("{}", line.substring(HostLogs.WARNING.length()));
        } else {
          LOG.info("{}", line);
        }
      }
    } catch (IOException e) {
      LOG.debug("the words of a library's process ended", e);
    }
  }

  private static SocketChannel accept(
      ServerSocketChannel server, Process process, Duration deadline) throws IOException {
    long end = System.nanoTime() + deadline.toNanos();
    server.configureBlocking(false);
    while (System.nanoTime() < end && process.isAlive()) {
      SocketChannel channel = server.accept();
      if (channel != null) {
        channel.configureBlocking(true);
        return channel;
      }
      pause();
    }
    process.destroyForcibly();
    throw new IOException(
        process.isAlive() ? "it did not answer within " + deadline.toMillis() + " ms" : "it ended");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(2);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  HsmSessions sessions() {
    return alive() ? sessions : HsmSessions.NONE;
  }

  boolean alive() {
    return ended.isEmpty();
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  long pid() {
    return process.pid();
  }

  /**
   * Asks, and waits for the answer.
   *
   * @throws HsmFault.Crashed where the process ended meanwhile
   * @throws HsmFault.TimedOut where it did not answer; the process should be ended then
   * @throws NoPin where the PIN could not be given
   */
  <T> T call(
      LibraryCall call,
      Duration callMax,
      Consumer<FrameWriter> arguments,
      Function<FrameReader, T> result) {
    long id = lastId.incrementAndGet();
    Waiting<T> answer = new Waiting<>(new ArrayBlockingQueue<>(1), result);
    waiting.put(id, answer);
    try {
      send(call, id, arguments);
      if (!alive()) {
        throw crashed();
      }
      Outcome<T> outcome =
          answer.outcome().poll(callMax.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS);
      if (outcome == null) {
        throw new HsmFault.TimedOut(
            "the library's process", callMax.plus(GRACE), "it does not answer " + call);
      }
      return switch (outcome) {
        case Outcome.Result<T>(T value) -> value;
        case Outcome.Fault<T>(RuntimeException fault) -> throw fault;
      };
    } catch (IOException e) {
      throw crashed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HsmFault.TimedOut("the library's process", callMax, "interrupted");
    } finally {
      waiting.remove(id);
    }
  }

  private void send(LibraryCall call, long id, Consumer<FrameWriter> content) throws IOException {
    try (FrameWriter frame = new FrameWriter()) {
      frame.word(call).number(id);
      content.accept(frame);
      frame.send(channel);
    }
  }

  private void readAnswers() {
    try (FrameReader from = new FrameReader(channel)) {
      while (from.next()) {
        take(from);
      }
    } catch (ClosedChannelException e) {
      LOG.debug("closed", e);
    } catch (IOException e) {
      LOG.warn("the library's process is not understood: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("an answer of the library's process met a bug", e);
    } finally {
      process.destroyForcibly();
      if (ended.isEmpty()) {
        ended = howItEnded();
      }
      HsmFault.Crashed crashed = crashed();
      waiting.values().forEach(call -> call.outcome().offer(new Outcome.Fault<>(crashed)));
    }
  }

  private void take(FrameReader from) {
    LibraryCall.Answer kind = from.word(LibraryCall.Answer.class);
    long id = from.number();
    sessions = Tally.read(from, observer);
    if (kind == LibraryCall.Answer.PIN_WANTED) {
      long token = from.number();
      Thread.ofVirtual().start(() -> givePin(id, token));
      return;
    }
    Waiting<?> call = waiting.remove(id);
    if (call == null) {
      return; // nobody waits any more
    }
    switch (kind) {
      case RESULT -> call.result(from);
      case FAULT -> call.fault(Wire.fault(from));
      case NO_PIN -> call.fault(new NoPin());
      case BUG -> call.fault(new IllegalStateException("in the library's process: " + from.text()));
      case PIN_WANTED -> throw new IllegalStateException("handled above");
    }
  }

  private void givePin(long id, long token) {
    try {
      SecretBytes given;
      try {
        given = pins.apply(token);
      } catch (RuntimeException e) {
        // Kept by the token, and thrown where the call ends.
        send(LibraryCall.PIN, id, to -> to.flag(false));
        return;
      }
      try (given) {
        send(LibraryCall.PIN, id, to -> Wire.secret(to.flag(true), given));
      }
    } catch (IOException e) {
      LOG.debug("the library's process ended before it had the PIN", e);
    }
  }

  private String howItEnded() {
    try {
      if (process.waitFor(1, TimeUnit.SECONDS)) {
        int code = process.exitValue();
        return code > 128
            ? "was ended by signal " + (code - 128)
            : "ended with " + code + (code == 0 ? "" : ": the library crashed, or ended it");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return "broke off";
  }

  private HsmFault.Crashed crashed() {
    return new HsmFault.Crashed(
        "the process of the PKCS#11 library "
            + (ended.isEmpty() ? "broke off" : ended)
            + ", and another is started");
  }

  /** Ends it, whatever it is doing, and tells those who wait {@code why}. */
  void end(String why) {
    ended = why;
    process.destroyForcibly();
    disconnect();
    try {
      // The device must be free of it before another opens it.
      if (!process.waitFor(END_MAX_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("process {} of the library does not end", process.pid());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** As the process at the other end sees it when this one has ended. */
  void disconnect() {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.debug("the socket was not closed", e);
    }
  }

  @Override
  public void close() {
    end("was closed");
  }
}
