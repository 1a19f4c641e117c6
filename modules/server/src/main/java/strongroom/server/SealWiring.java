package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import strongroom.config.ConfigurationFault;
import strongroom.config.SealParameter;
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

  private final Protection protection;
  private final @Nullable Pkcs11Seal pkcs11;

  /** The PIN to log in with; owned here. Guarded by this. */
  private @Nullable SecretBytes pin;

  /** Why there is no PIN. Guarded by this. */
  private String noPin = "";

  private SealWiring(SealSettings settings) {
    takePin(settings);
    Pkcs11Seal seal =
        new Pkcs11Seal(parsed(settings), pins(), Clock.systemUTC(), new SecureRandom());
    pkcs11 = seal;
    protection = Protection.by(seal);
  }

  private SealWiring() {
    protection = Protection.byShares();
    pkcs11 = null;
  }

  static SealWiring wire(List<SealSettings> seals) {
    List<SealSettings> enabled = seals.stream().filter(seal -> !seal.disabled()).toList();
    if (enabled.size() > 1) {
      throw new ServerFault(
          enabled.get(1).place()
              + ": several seals at once are not possible yet; disable all but one");
    }
    if (enabled.isEmpty() || enabled.getFirst().type().equals("shamir")) {
      return new SealWiring();
    }
    SealSettings settings = enabled.getFirst();
    if (!settings.type().equals("pkcs11")) {
      throw new ServerFault(
          settings.place()
              + ": there is no seal \""
              + settings.type()
              + "\" yet; there are \"pkcs11\" and \"shamir\"");
    }
    return new SealWiring(settings);
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

  private PinSource pins() {
    return this::copyPin;
  }

  private synchronized SecretBytes copyPin() {
    if (pin == null) {
      throw new ServerFault(noPin);
    }
    return pin.copy();
  }

  /** Reads the PIN as {@code settings} name it now, and says whether it is another one. */
  private synchronized boolean takePin(SealSettings settings) {
    Optional<SealParameter> parameter = settings.parameter(PIN);
    SecretBytes before = pin;
    try {
      pin =
          parameter
              .orElseThrow(
                  () ->
                      new ServerFault(
                          "there is no PIN: set VAULT_HSM_PIN, or pin = \"file:///…\" in the seal"
                              + " stanza"))
              .takeSecret();
    } catch (ConfigurationFault | ServerFault e) {
      pin = null;
      noPin = String.valueOf(e.getMessage());
    }
    boolean changed = pin == null || before == null || !pin.contentEquals(before);
    if (before != null) {
      before.close();
    }
    return changed;
  }

  Protection protection() {
    return protection;
  }

  void start() {
    if (pkcs11 != null) {
      pkcs11.start();
    }
  }

  /**
   * Takes the PIN, the library and the other parameters that {@code fresh} settings name, and asks
   * the HSM again.
   *
   * @return whether anything is another
   * @throws ServerFault where the stanza is wrong; then all stays as it was
   */
  boolean reload(List<SealSettings> fresh) {
    Optional<SealSettings> own =
        fresh.stream().filter(seal -> !seal.disabled() && seal.type().equals("pkcs11")).findFirst();
    if (pkcs11 == null || own.isEmpty()) {
      return true;
    }
    Pkcs11SealSettings settings = parsed(own.get());
    boolean pinChanged = takePin(own.get());
    boolean others = pkcs11.reload(settings);
    if (pinChanged && !others) {
      pkcs11.reload();
    }
    return pinChanged || others;
  }

  @Override
  public synchronized void close() {
    if (pkcs11 != null) {
      pkcs11.close();
    }
    if (pin != null) {
      pin.close();
      pin = null;
    }
  }

  /** The seal on an HSM, where there is one. */
  Optional<Pkcs11Seal> pkcs11() {
    return Optional.ofNullable(pkcs11);
  }
}
