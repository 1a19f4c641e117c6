package strongroom.server;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import strongroom.hsm.Ckr;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.HsmSessions;
import strongroom.metrics.Counter;
import strongroom.metrics.Family;
import strongroom.metrics.Family.Series;
import strongroom.metrics.Family.Value;
import strongroom.metrics.Labels;
import strongroom.metrics.Metrics;
import strongroom.metrics.Timing;
import strongroom.node.Node;
import strongroom.node.SealView;
import strongroom.seal.SealHealth;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.system.node.EntropyState;

/** What is measured of HSMs and seals, by name. */
final class HsmMetrics implements HsmObserver {
  private static final String LOGIN = "C_Login";

  private final Metrics metrics;
  private final Counter logins;
  private final Map<String, Timing> operations = new ConcurrentHashMap<>();

  HsmMetrics(Metrics metrics) {
    this.metrics = metrics;
    logins = metrics.counter("hsm_logins_total", "Logins to HSM tokens", Labels.NONE);
  }

  @Override
  public void called(String function, long nanos, long answer) {
    operations.computeIfAbsent(function, this::operation).record(nanos);
    if (function.equals(LOGIN)) {
      logins.increment();
    }
    // A search of attributes tells by a return value what a key has not: that is no error.
    if (answer != Ckr.OK.number()
        && answer != Ckr.ATTRIBUTE_TYPE_INVALID.number()
        && answer != Ckr.ATTRIBUTE_SENSITIVE.number()) {
      error(Ckr.of(answer).map(Ckr::standardName).orElse("0x" + Long.toHexString(answer)));
    }
  }

  @Override
  public void timedOut(String function) {
    error("timeout");
  }

  private Timing operation(String function) {
    return metrics.timing(
        "hsm_op_seconds", "Calls to HSMs by PKCS#11 function", Labels.of("op", function));
  }

  private void error(String name) {
    metrics
        .counter("hsm_errors_total", "Answers of HSMs other than CKR_OK", Labels.of("ckr", name))
        .increment();
  }

  /** Shows the sessions of {@code seals}. */
  void showSessions(Supplier<List<Pkcs11Seal>> seals) {
    metrics.gauges("hsm_sessions", "Sessions with HSM tokens", () -> sessions(seals.get()));
  }

  private static List<Series> sessions(List<Pkcs11Seal> seals) {
    List<Series> series = new ArrayList<>();
    for (Pkcs11Seal seal : seals) {
      HsmSessions now = seal.sessions();
      Labels name = Labels.of("seal", seal.name());
      series.add(new Series(name.and("state", "busy"), new Value.Level(now.busy())));
      series.add(new Series(name.and("state", "idle"), new Value.Level(now.idle())));
    }
    return series;
  }

  /** Counts how often an HSM gave no random bytes. */
  Counter entropyFailures() {
    return metrics.counter(
        "hsm_entropy_failures_total",
        "How often the HSM gave no random bytes for keys and tokens",
        Labels.NONE);
  }

  /** Shows whether the HSM's randomness is in what is made. */
  void showEntropy(Supplier<EntropyState> state) {
    metrics.gauges(
        "hsm_entropy_mixed_in",
        "Whether fresh random bytes of the HSM are in keys and tokens made now",
        () -> level(state.get().mixedIn() == EntropyState.MixedIn.NOW ? 1 : 0));
    metrics.gauges(
        "hsm_entropy_last_success",
        "When the HSM last gave random bytes, in seconds since 1970, 0 for never",
        () -> level(state.get().lastSuccess().map(Instant::getEpochSecond).orElse(0L)));
  }

  private static List<Series> level(double now) {
    return List.of(new Series(Labels.NONE, new Value.Level(now)));
  }

  /** Shows the health of {@code node}'s seals. */
  void showSeals(Node node) {
    metrics.gauges(
        "hsm_up",
        "Whether the last call to the seal's HSM or key service succeeded",
        () -> health(node, health -> health.healthy() ? 1 : 0));
    metrics.gauges(
        "seal_last_success",
        "When a call to the seal last succeeded, in seconds since 1970, 0 for never",
        () -> health(node, health -> health.lastSuccess().map(Instant::getEpochSecond).orElse(0L)));
    metrics.gauges(
        "unseal_seconds",
        "How long the last unsealing took",
        () -> node.lastUnseal().map(took -> level(took.toNanos() / 1e9)).orElse(List.of()));
  }

  private interface Reading {
    double of(SealHealth health);
  }

  private static List<Family.Series> health(Node node, Reading reading) {
    List<Series> series = new ArrayList<>();
    for (SealView seal : node.seals()) {
      seal.health()
          .ifPresent(
              health ->
                  series.add(
                      new Series(
                          Labels.of("seal", seal.name()).and("type", seal.type()),
                          new Value.Level(reading.of(health)))));
    }
    return series;
  }
}
