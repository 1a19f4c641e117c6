package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param reload asks it again, with the secrets as they are now
   */
  private record Wired(Seal seal, Runnable start, Runnable reload) {}

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
    return new Wired(seal, seal::start, seal::reload);
  }

  private Wired other(SealSettings settings, Map<String, String> environment) {
    EnvelopeSeal seal = KeyServices.seal(settings, secrets, environment);
    return new Wired(seal, seal::start, seal::reload);
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
   * Takes the secrets that {@code fresh} settings name and asks the seal again.
   *
   * @return whether any is another
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
    boolean changed = secrets.read(own.get());
    if (changed) {
      wired.ifPresent(w -> w.reload().run());
    }
    return changed;
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
