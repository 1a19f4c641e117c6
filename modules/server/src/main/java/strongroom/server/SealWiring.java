package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.IntFunction;
import strongroom.config.SealSettings;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmObserver;
import strongroom.node.Protection;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.ShamirSeal;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/**
 * The seals that the configuration names, or key shares where it names none. A seal once wired
 * stays until the end: what it has wrapped may be asked of it after the configuration has left it.
 */
final class SealWiring implements AutoCloseable {
  private static final String PIN = "pin";

  private final Map<String, String> environment;

  // Guarded by this.
  private final List<Wired> wired = new ArrayList<>();
  private final Set<Wired> started = new HashSet<>();
  private List<SealSettings> stanzas = List.of();
  private boolean running;

  /**
   * A seal beside key shares.
   *
   * @param start begins to watch its health
   * @param change what a stanza that was read anew would change; a {@link ServerFault} where it is
   *     wrong
   */
  private record Wired(
      Seal seal, SealSecrets secrets, Runnable start, Function<SealSettings, SealChange> change) {}

  private SealWiring(Map<String, String> environment) {
    this.environment = environment;
  }

  /**
   * The seals of {@code stanzas}, in their order.
   *
   * @param environment the process's variables, where clouds' own tools look for credentials
   */
  static SealWiring wire(List<SealSettings> stanzas, Map<String, String> environment) {
    SealWiring wiring = new SealWiring(environment);
    try {
      wiring.begin(stanzas);
      return wiring;
    } catch (RuntimeException e) {
      wiring.close();
      throw e;
    }
  }

  /** What is new in {@code fresh}. What is wrong with it leaves all as it was. */
  private List<Wired> wireMissing(List<SealSettings> fresh) {
    requireAlone(fresh.stream().filter(seal -> !seal.disabled()).toList());
    List<SealSettings> missing = new ArrayList<>(fresh);
    missing.removeIf(seal -> seal.type().equals(ShamirSeal.TYPE) || find(seal, fresh).isPresent());
    List<Wired> added = new ArrayList<>();
    try {
      missing.forEach(seal -> added.add(wire(seal)));
      return added;
    } catch (RuntimeException e) {
      added.forEach(SealWiring::close);
      throw e;
    }
  }

  private static void requireAlone(List<SealSettings> enabled) {
    for (SealSettings seal : enabled) {
      if (enabled.size() > 1 && (seal.type().equals(ShamirSeal.TYPE) || !seal.autoUnseal())) {
        throw new ServerFault(
            seal.place()
                + ": of several seals each must unseal by itself; \""
                + seal.name()
                + "\" takes key shares: disable it, or all others");
      }
    }
  }

  private synchronized void begin(List<SealSettings> first) {
    adopt(first, wireMissing(first));
  }

  private void adopt(List<SealSettings> fresh, List<Wired> added) {
    wired.addAll(added);
    stanzas = List.copyOf(fresh);
    if (running) {
      startEnabled();
    }
  }

  /** The seal of a stanza: of its type and name; or one that has another name until a restart. */
  private Optional<Wired> find(SealSettings stanza, List<SealSettings> all) {
    List<Wired> ofType =
        wired.stream().filter(one -> one.seal().type().equals(stanza.type())).toList();
    boolean alone =
        ofType.size() == 1
            && all.stream().filter(seal -> seal.type().equals(stanza.type())).count() == 1;
    return ofType.stream()
        .filter(one -> alone || one.seal().name().equals(stanza.name()))
        .findFirst();
  }

  private Wired wire(SealSettings settings) {
    SealSecrets secrets = new SealSecrets();
    secrets.read(settings);
    try {
      return settings.type().equals("pkcs11")
          ? pkcs11(settings, secrets)
          : keyService(settings, secrets, environment);
    } catch (RuntimeException e) {
      secrets.close();
      throw e;
    }
  }

  private static Wired pkcs11(SealSettings settings, SealSecrets secrets) {
    Pkcs11Seal seal =
        new Pkcs11Seal(
            parsed(settings), () -> copyPin(secrets), Clock.systemUTC(), new SecureRandom());
    return new Wired(
        seal,
        secrets,
        seal::start,
        fresh -> {
          Pkcs11SealSettings parameters = parsed(fresh);
          return SealChange.to(
              fresh,
              read -> {
                boolean pinChanged = secrets.take(read);
                boolean others = seal.reload(parameters);
                if (pinChanged && !others) {
                  seal.reload();
                }
                return pinChanged || others;
              });
        });
  }

  /** The seals that have an HSM. */
  List<Pkcs11Seal> hsmSeals() {
    return wired.stream()
        .map(Wired::seal)
        .filter(Pkcs11Seal.class::isInstance)
        .map(Pkcs11Seal.class::cast)
        .toList();
  }

  /** Has {@code observer} told of every call to HSMs. */
  void observedBy(HsmObserver observer) {
    hsmSeals().forEach(seal -> seal.observedBy(observer));
  }

  /** Random bytes of the first seal's HSM that is enabled; empty where no seal has an HSM. */
  Optional<IntFunction<byte[]>> randomness() {
    return protection().enabled().stream()
        .filter(Pkcs11Seal.class::isInstance)
        .findFirst()
        .map(seal -> ((Pkcs11Seal) seal)::random);
  }

  private static Wired keyService(
      SealSettings settings, SealSecrets secrets, Map<String, String> environment) {
    EnvelopeSeal seal = KeyServices.seal(settings, secrets, environment);
    return new Wired(
        seal,
        secrets,
        seal::start,
        fresh ->
            SealChange.to(
                fresh,
                read -> {
                  boolean changed = secrets.take(read);
                  if (changed) {
                    seal.reload();
                  }
                  return changed;
                }));
  }

  private static Pkcs11SealSettings parsed(SealSettings settings) {
    Map<String, String> values = new HashMap<>();
    settings
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (!parameter.isSecret()) {
                values.put(name, parameter.text());
              }
            });
    values.put("name", settings.name());
    values.put("auto_unseal", Boolean.toString(settings.autoUnseal()));
    try {
      return Pkcs11SealSettings.parse(values);
    } catch (SealFault.Configuration e) {
      throw new ServerFault(settings.place() + ": " + e.getMessage());
    }
  }

  private static SecretBytes copyPin(SealSecrets secrets) {
    try {
      return secrets
          .take(PIN)
          .orElseThrow(
              () ->
                  new HsmFault.Missing(
                      "there is no PIN: set VAULT_HSM_PIN, or pin = \"file:///…\" in the seal"
                          + " stanza"));
    } catch (SealFault.Configuration e) {
      throw new HsmFault.Missing(String.valueOf(e.getMessage()));
    }
  }

  /** What the stanzas that were read last ask for. */
  synchronized Protection protection() {
    return Protection.of(seals(false), seals(true));
  }

  private List<Seal> seals(boolean disabled) {
    return stanzas.stream()
        .filter(seal -> seal.disabled() == disabled)
        .flatMap(seal -> find(seal, stanzas).stream())
        .map(Wired::seal)
        .toList();
  }

  synchronized void start() {
    running = true;
    startEnabled();
  }

  /** Beside key shares alone a disabled seal is asked when the root key leaves it, not before. */
  private void startEnabled() {
    Protection protection = protection();
    List<Seal> watched = protection.takesShares() ? protection.enabled() : protection.all();
    for (Wired one : wired) {
      if (watched.contains(one.seal()) && started.add(one)) {
        one.start().run();
      }
    }
  }

  /**
   * Takes the secrets, and of HSMs the library and the other parameters too, that {@code fresh}
   * settings name, and asks the seals again. Seals that are new become part of {@link #protection}.
   * All of it or nothing: a stanza that is wrong keeps all as they were.
   *
   * @return whether anything is another
   * @throws ServerFault where stanzas are wrong; it names each
   */
  synchronized boolean reload(List<SealSettings> fresh) {
    List<SealChange> changes = new ArrayList<>();
    List<Wired> added = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (SealSettings stanza : fresh) {
      try {
        find(stanza, fresh).ifPresent(own -> changes.add(own.change().apply(stanza)));
      } catch (ServerFault e) {
        wrong.add(e.getMessage());
      }
    }
    try {
      added.addAll(wireMissing(fresh));
    } catch (ServerFault e) {
      wrong.add(e.getMessage());
    }
    if (!wrong.isEmpty()) {
      changes.forEach(SealChange::close);
      added.forEach(SealWiring::close);
      throw new ServerFault(
          String.join("; ", wrong)
              + (fresh.size() > 1
                  ? "; all seals stay as they were"
                  : "; the seal stays as it was"));
    }
    boolean changed = wired.isEmpty();
    for (SealChange change : changes) {
      changed |= change.take();
    }
    Protection before = protection();
    adopt(fresh, added);
    return changed || !before.equals(protection());
  }

  @Override
  public synchronized void close() {
    wired.forEach(SealWiring::close);
  }

  private static void close(Wired one) {
    one.seal().close();
    one.secrets().close();
  }

  /** The seals beside key shares. */
  synchronized List<Seal> seals() {
    return wired.stream().map(Wired::seal).toList();
  }
}
