package strongroom.node;

import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import strongroom.secret.SecretBytes;

/**
 * What a hardware security module is to a seal: it holds keys by label, wants a PIN, counts wrong
 * ones, and can be pulled out. Shared by the seals of several nodes. Guarded by itself.
 */
final class FakeHsm {
  private static final int WRONG_PINS_MAX = 3;

  private final SecureRandom random = new SecureRandom();
  private final String pin;
  private final AtomicInteger calls = new AtomicInteger();
  private final Deque<Runnable> onCalls = new ArrayDeque<>();
  private Optional<SecretBytes> key = Optional.empty();
  private final Map<String, SecretBytes> numbered = new HashMap<>();
  private Optional<RuntimeException> failure = Optional.empty();
  private int callsLeft;
  private boolean away;
  private int wrongPins;

  FakeHsm(String pin) {
    this.pin = pin;
  }

  /** Unplugs it. */
  synchronized void pull() {
    away = true;
  }

  /** Plugs it in again. */
  synchronized void putBack() {
    away = false;
  }

  synchronized void makeKey() {
    key = key.or(() -> Optional.of(SecretBytes.random(32, random)));
  }

  /** A further key, by its id; made anew only where there is none. */
  synchronized void makeKey(String id) {
    numbered.computeIfAbsent(id, _ -> SecretBytes.random(32, random));
  }

  synchronized boolean hasKey(String id) {
    return numbered.containsKey(id);
  }

  synchronized Optional<SecretBytes> viewKey(String id) {
    return id.isEmpty() ? key : Optional.ofNullable(numbered.get(id));
  }

  synchronized void removeKey() {
    key = Optional.empty();
  }

  synchronized boolean hasKey() {
    return key.isPresent();
  }

  synchronized boolean isLocked() {
    return wrongPins >= WRONG_PINS_MAX;
  }

  synchronized int wrongPins() {
    return wrongPins;
  }

  /** How many calls have reached it. */
  int calls() {
    return calls.get();
  }

  /** Runs {@code action} within the next call. */
  synchronized void onNextCall(Runnable action) {
    onCalls.add(action);
  }

  /** After {@code more} calls each one throws {@code fault}. */
  synchronized void failAfter(int more, RuntimeException fault) {
    callsLeft = more;
    failure = Optional.of(fault);
  }

  synchronized boolean isAway() {
    calls.incrementAndGet();
    if (failure.isPresent() && callsLeft-- <= 0) {
      throw failure.get();
    }
    Runnable action = onCalls.poll();
    if (action != null) {
      action.run();
    }
    return away;
  }

  /** Whether the PIN is right; each wrong one counts. */
  synchronized boolean login(String given) {
    if (isLocked()) {
      return false;
    }
    if (pin.equals(given)) {
      wrongPins = 0;
      return true;
    }
    wrongPins++;
    return false;
  }
}
