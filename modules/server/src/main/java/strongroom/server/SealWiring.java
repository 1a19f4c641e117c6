package strongroom.server;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import strongroom.config.ConfigurationFault;
import strongroom.config.References;
import strongroom.config.SealSettings;
import strongroom.hsm.PinSource;
import strongroom.node.Protection;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.Pkcs11Seal;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/** The seal that the configuration names, or key shares where it names none. */
final class SealWiring implements AutoCloseable {
  private static final String PIN = "pin";

  private final Map<String, String> environment;
  private final Protection protection;
  private final @Nullable Pkcs11Seal pkcs11;

  /** As it stands in the file: a reference is read again at every login. */
  private volatile String pin;

  private SealWiring(
      SealSettings settings, Map<String, String> environment, Pkcs11SealSettings parsed) {
    this.environment = environment;
    this.pin = settings.values().getOrDefault(PIN, "");
    PinSource pins = this::takePin;
    Pkcs11Seal seal = new Pkcs11Seal(parsed, pins, Clock.systemUTC(), new SecureRandom());
    this.pkcs11 = seal;
    this.protection = Protection.by(seal);
  }

  private SealWiring() {
    environment = Map.of();
    protection = Protection.byShares();
    pkcs11 = null;
    pin = "";
  }

  static SealWiring wire(List<SealSettings> seals, Map<String, String> environment) {
    List<SealSettings> enabled = seals.stream().filter(seal -> !seal.disabled()).toList();
    if (enabled.size() > 1) {
      throw ConfigurationFault.of(
          enabled.get(1).place() + ": several seals at once are not possible yet; disable all but one");
    }
    if (enabled.isEmpty() || enabled.getFirst().type().equals("shamir")) {
      return new SealWiring();
    }
    SealSettings settings = enabled.getFirst();
    if (!settings.type().equals("pkcs11")) {
      throw ConfigurationFault.of(
          settings.place()
              + ": there is no seal \""
              + settings.type()
              + "\"; there are \"pkcs11\" and \"shamir\"");
    }
    return new SealWiring(settings, environment, parsed(settings, environment));
  }

  /** The stanza's parameters, read; a PIN that cannot be read yet is no error here. */
  static Pkcs11SealSettings parsed(SealSettings settings, Map<String, String> environment) {
    Map<String, String> values = new HashMap<>();
    settings
        .values()
        .forEach(
            (name, value) -> {
              if (!name.equals(PIN)) {
                values.put(name, References.resolve(value, environment));
              }
            });
    try {
      return Pkcs11SealSettings.parse(values);
    } catch (SealFault.Configuration e) {
      throw ConfigurationFault.of(settings.place() + ": " + e.getMessage());
    }
  }

  /** Where {@code settings}' PIN comes from. */
  static PinSource pins(SealSettings settings, Map<String, String> environment) {
    return () -> taken(settings.values().getOrDefault(PIN, ""), environment);
  }

  private SecretBytes takePin() {
    return taken(pin, environment);
  }

  private static SecretBytes taken(String value, Map<String, String> environment) {
    if (value.isEmpty()) {
      throw ConfigurationFault.of(
          "there is no PIN: set VAULT_HSM_PIN, or pin = \"file:///…\" in the seal stanza");
    }
    return SecretBytes.takeFrom(
        References.resolve(value, environment).getBytes(StandardCharsets.UTF_8));
  }

  Protection protection() {
    return protection;
  }

  void start() {
    if (pkcs11 != null) {
      pkcs11.start();
    }
  }

  /** Takes the PIN that {@code fresh} settings name, and asks the HSM again. */
  void reload(List<SealSettings> fresh) {
    fresh.stream()
        .filter(seal -> !seal.disabled() && seal.type().equals("pkcs11"))
        .findFirst()
        .ifPresent(seal -> pin = seal.values().getOrDefault(PIN, ""));
    if (pkcs11 != null) {
      pkcs11.reload();
    }
  }

  @Override
  public void close() {
    if (pkcs11 != null) {
      pkcs11.close();
    }
  }
}
