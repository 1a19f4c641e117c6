package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import strongroom.config.SealSettings;
import strongroom.node.Protection;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/** The seals that the configuration names, or key shares where it names none. */
final class SealWiring implements AutoCloseable {
  private static final String PIN = "pin";

  private final List<Wired> wired;

  /**
   * A seal beside key shares.
   *
   * @param disabled whether it is kept to unwrap only
   * @param start begins to watch its health
   * @param change what a stanza that was read anew would change; a {@link ServerFault} where it is
   *     wrong
   */
  private record Wired(
      Seal seal,
      boolean disabled,
      SealSecrets secrets,
      Runnable start,
      Function<SealSettings, SealChange> change) {}

  private SealWiring(List<Wired> wired) {
    this.wired = List.copyOf(wired);
  }

  /**
   * The seals of {@code stanzas}, in their order.
   *
   * @param environment the process's variables, where clouds' own tools look for credentials
   */
  static SealWiring wire(List<SealSettings> stanzas, Map<String, String> environment) {
    List<SealSettings> enabled = stanzas.stream().filter(seal -> !seal.disabled()).toList();
    if (enabled.size() > 1) {
      for (SealSettings seal : enabled) {
        if (seal.type().equals("shamir") || !seal.autoUnseal()) {
          throw new ServerFault(
              seal.place()
                  + ": of several seals each must unseal by itself; \""
                  + seal.name()
                  + "\" takes key shares: disable it, or all others");
        }
      }
    }
    if (enabled.isEmpty() || enabled.getFirst().type().equals("shamir")) {
      return new SealWiring(List.of());
    }
    List<Wired> wired = new ArrayList<>();
    try {
      for (SealSettings settings : stanzas) {
        boolean counts = !settings.disabled() || enabled.getFirst().autoUnseal();
        if (counts && !settings.type().equals("shamir")) {
          wired.add(wire(settings, environment));
        }
      }
    } catch (RuntimeException e) {
      wired.forEach(SealWiring::close);
      throw e;
    }
    return new SealWiring(wired);
  }

  private static Wired wire(SealSettings settings, Map<String, String> environment) {
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
        settings.disabled(),
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

  /** Random bytes of the first seal's HSM that is enabled; empty where no seal has an HSM. */
  Optional<IntFunction<byte[]>> randomness() {
    return wired.stream()
        .filter(one -> !one.disabled())
        .map(Wired::seal)
        .filter(Pkcs11Seal.class::isInstance)
        .findFirst()
        .map(seal -> ((Pkcs11Seal) seal)::random);
  }

  private static Wired keyService(
      SealSettings settings, SealSecrets secrets, Map<String, String> environment) {
    EnvelopeSeal seal = KeyServices.seal(settings, secrets, environment);
    return new Wired(
        seal,
        settings.disabled(),
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
                  new ServerFault(
                      "there is no PIN: set VAULT_HSM_PIN, or pin = \"file:///…\" in the seal"
                          + " stanza"));
    } catch (SealFault.Configuration e) {
      throw new ServerFault(String.valueOf(e.getMessage()));
    }
  }

  Protection protection() {
    List<Seal> enabled = wired.stream().filter(w -> !w.disabled()).map(Wired::seal).toList();
    List<Seal> disabled = wired.stream().filter(Wired::disabled).map(Wired::seal).toList();
    if (enabled.isEmpty()) {
      return Protection.byShares();
    }
    return disabled.isEmpty() && enabled.size() == 1
        ? Protection.by(enabled.getFirst())
        : new Protection.ByItself(enabled, disabled);
  }

  void start() {
    wired.forEach(w -> w.start().run());
  }

  /**
   * Takes the secrets, and of HSMs the library and the other parameters too, that {@code fresh}
   * settings name, and asks the seals again. All of them or none: one that is wrong keeps all as
   * they were.
   *
   * @return whether anything is another
   * @throws ServerFault where stanzas are wrong; it names each
   */
  boolean reload(List<SealSettings> fresh) {
    List<SealChange> changes = new ArrayList<>();
    List<String> wrong = new ArrayList<>();
    for (Wired one : wired) {
      try {
        own(one, fresh).ifPresent(settings -> changes.add(one.change().apply(settings)));
      } catch (ServerFault e) {
        wrong.add(e.getMessage());
      }
    }
    if (!wrong.isEmpty()) {
      changes.forEach(SealChange::close);
      throw new ServerFault(
          String.join("; ", wrong)
              + (wired.size() > 1
                  ? "; all seals stay as they were"
                  : "; the seal stays as it was"));
    }
    boolean changed = wired.isEmpty();
    for (SealChange change : changes) {
      changed |= change.take();
    }
    return changed;
  }

  private Optional<SealSettings> own(Wired one, List<SealSettings> fresh) {
    return fresh.stream()
        .filter(settings -> settings.type().equals(one.seal().type()))
        .filter(settings -> wired.size() == 1 || settings.name().equals(one.seal().name()))
        .findFirst();
  }

  @Override
  public void close() {
    wired.forEach(SealWiring::close);
  }

  private static void close(Wired one) {
    one.seal().close();
    one.secrets().close();
  }

  /** The seals beside key shares. */
  List<Seal> seals() {
    return wired.stream().map(Wired::seal).toList();
  }
}
