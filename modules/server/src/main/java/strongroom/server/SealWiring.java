package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import strongroom.config.SealSettings;
import strongroom.node.Protection;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/** The seal that the configuration names, or key shares where it names none. */
final class SealWiring implements AutoCloseable {
  private static final String PIN = "pin";

  private final SealSecrets secrets = new SealSecrets();
  private final Optional<Wired> wired;

  /**
   * A seal beside key shares.
   *
   * @param start begins to watch its health
   * @param reload how a fresh stanza is taken
   */
  private record Wired(Seal seal, Runnable start, Reload reload) {}

  /** Reads a fresh stanza. */
  @FunctionalInterface
  private interface Reload {
    /**
     * What is to be done once the stanza's secrets have been read.
     *
     * @throws ServerFault where the stanza is wrong
     */
    Change prepare(SealSettings fresh);
  }

  /** Makes a fresh stanza take effect, and asks the seal again where anything is another. */
  @FunctionalInterface
  private interface Change {
    /** Whether anything is another, secrets or not. */
    boolean take(boolean secretsChanged);
  }

  private SealWiring(SealSettings settings, Map<String, String> environment) {
    secrets.read(settings);
    wired =
        Optional.of(
            settings.type().equals("pkcs11") ? pkcs11(settings) : other(settings, environment));
  }

  private SealWiring() {
    wired = Optional.empty();
  }

  /**
   * The first seal of {@code seals} that is not disabled.
   *
   * @param environment the process's variables, where clouds' own tools look for credentials
   */
  static SealWiring wire(List<SealSettings> seals, Map<String, String> environment) {
    List<SealSettings> enabled = seals.stream().filter(seal -> !seal.disabled()).toList();
    if (enabled.size() > 1) {
      throw new ServerFault(
          enabled.get(1).place()
              + ": several seals at once are not possible yet; disable all but one");
    }
    if (enabled.isEmpty() || enabled.getFirst().type().equals("shamir")) {
      return new SealWiring();
    }
    return new SealWiring(enabled.getFirst(), environment);
  }

  private Wired pkcs11(SealSettings settings) {
    Pkcs11Seal seal =
        new Pkcs11Seal(parsed(settings), this::copyPin, Clock.systemUTC(), new SecureRandom());
    return new Wired(
        seal,
        seal::start,
        fresh -> {
          Pkcs11SealSettings parsed = parsed(fresh);
          return secretsChanged -> {
            boolean others = seal.reload(parsed);
            if (secretsChanged && !others) {
              seal.reload();
            }
            return secretsChanged || others;
          };
        });
  }

  /** Random bytes of the seal's HSM, so many as asked for; empty where the seal has no HSM. */
  Optional<IntFunction<byte[]>> randomness() {
    return wired
        .map(Wired::seal)
        .filter(Pkcs11Seal.class::isInstance)
        .map(seal -> ((Pkcs11Seal) seal)::random);
  }

  private Wired other(SealSettings settings, Map<String, String> environment) {
    EnvelopeSeal seal = KeyServices.seal(settings, secrets, environment);
    return new Wired(
        seal,
        seal::start,
        fresh ->
            secretsChanged -> {
              if (secretsChanged) {
                seal.reload();
              }
              return secretsChanged;
            });
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

  private SecretBytes copyPin() {
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
    return wired.map(w -> Protection.by(w.seal())).orElseGet(Protection::byShares);
  }

  void start() {
    wired.ifPresent(w -> w.start().run());
  }

  /**
   * Takes the secrets, and of pkcs11 the library and the other parameters too, that {@code fresh}
   * settings name, and asks the seal again.
   *
   * @return whether anything is another
   * @throws ServerFault where the stanza is wrong; then all stays as it was
   */
  boolean reload(List<SealSettings> fresh) {
    Optional<SealSettings> own =
        fresh.stream()
            .filter(settings -> !settings.disabled())
            .filter(
                settings -> wired.filter(w -> w.seal().type().equals(settings.type())).isPresent())
            .findFirst();
    if (own.isEmpty()) {
      return true;
    }
    Reload reload = wired.orElseThrow().reload();
    Change change = reload.prepare(own.get());
    return change.take(secrets.read(own.get()));
  }

  @Override
  public void close() {
    wired.ifPresent(w -> w.seal().close());
    secrets.close();
  }

  /** The seal, where there is one beside key shares. */
  Optional<Seal> seal() {
    return wired.map(Wired::seal);
  }
}
