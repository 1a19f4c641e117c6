package strongroom.node;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;

/**
 * Asks several seals at once, each on a thread of its own, so that one that hangs holds up nobody
 * who has another. A seal that is no longer waited for ends by its own deadline.
 */
final class SealRace {
  private SealRace() {}

  /** What came of asking one seal. */
  sealed interface Answer<T> {
    /** The seal that was asked. */
    Seal seal();

    /** It did what was asked. */
    record Done<T>(Seal seal, T value) implements Answer<T> {}

    /** It did not. */
    record Failed<T>(Seal seal, RuntimeException fault) implements Answer<T> {}
  }

  /**
   * The first answer of any of {@code seals}.
   *
   * @param discard takes an answer that comes after the first
   * @throws RuntimeException the fault of all, where none answers: what may pass by itself first
   */
  static <T> T first(List<Seal> seals, Function<Seal, T> ask, Consumer<T> discard) {
    if (seals.size() == 1) {
      return ask.apply(seals.getFirst());
    }
    AtomicBoolean decided = new AtomicBoolean();
    BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();
    for (Seal seal : seals) {
      start(
          seal,
          () -> {
            Answer<T> answer = answer(seal, ask);
            if (!(answer instanceof Answer.Done<T>(Seal _, T value))
                || decided.compareAndSet(false, true)) {
              answers.add(answer);
            } else {
              discard.accept(value);
            }
          });
    }
    List<Answer.Failed<T>> failed = new ArrayList<>();
    while (failed.size() < seals.size()) {
      switch (next(answers)) {
        case Answer.Done<T>(Seal _, T value) -> {
          return value;
        }
        case Answer.Failed<T> fault -> failed.add(fault);
      }
    }
    throw together(failed);
  }

  /** The answers of all {@code seals}, in their order. */
  static <T> List<Answer<T>> all(List<Seal> seals, Function<Seal, T> ask) {
    if (seals.size() == 1) {
      return List.of(answer(seals.getFirst(), ask));
    }
    BlockingQueue<Answer<T>> answers = new LinkedBlockingQueue<>();
    seals.forEach(seal -> start(seal, () -> answers.add(answer(seal, ask))));
    List<Answer<T>> all = new ArrayList<>();
    while (all.size() < seals.size()) {
      all.add(next(answers));
    }
    all.sort(Comparator.comparingInt(answer -> seals.indexOf(answer.seal())));
    return all;
  }

  private static void start(Seal seal, Runnable work) {
    Thread.ofVirtual().name("seal-" + seal.name()).start(work);
  }

  private static <T> Answer<T> answer(Seal seal, Function<Seal, T> ask) {
    try {
      return new Answer.Done<>(seal, ask.apply(seal));
    } catch (RuntimeException e) {
      return new Answer.Failed<>(seal, e);
    }
  }

  /** Waits for as long as seals take, which all end by a deadline of their own. */
  private static <T> Answer<T> next(BlockingQueue<Answer<T>> answers) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return answers.take();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** One fault for all of {@code failed}, of which there is at least one. */
  static <T> RuntimeException together(List<Answer.Failed<T>> failed) {
    for (Answer.Failed<T> one : failed) {
      if (!(one.fault() instanceof SealFault)) {
        return one.fault();
      }
    }
    if (failed.size() == 1) {
      return failed.getFirst().fault();
    }
    Answer.Failed<T> worth =
        failed.stream().min(Comparator.comparingInt(f -> order(f.fault()))).orElseThrow();
    String message =
        failed.stream()
            .map(f -> "seal \"" + f.seal().name() + "\": " + f.fault().getMessage())
            .collect(Collectors.joining("; "));
    return ((SealFault) worth.fault()).saying(message);
  }

  /** What may pass by itself is tried again, whatever else is wrong with the others. */
  private static int order(RuntimeException fault) {
    return switch ((SealFault) fault) {
      case SealFault.Away _ -> 0;
      case SealFault.Configuration _ -> 1;
      case SealFault.Pin _ -> 2;
      case SealFault.Data _ -> 3;
    };
  }
}
