package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import strongroom.config.SealSettings;
import strongroom.seal.SealFault;
import strongroom.seal.awskms.AwsKmsService;
import strongroom.seal.azurekeyvault.AzureKeyVaultService;
import strongroom.seal.envelope.EnvelopeSeal;
import strongroom.seal.envelope.KeyService;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.gcpckms.GcpKmsService;
import strongroom.seal.kmip.KmipService;
import strongroom.seal.ocikms.OciKmsService;
import strongroom.seal.statickey.StaticKeyService;
import strongroom.seal.transit.TransitService;

/**
 * The seals whose key is kept by a service. Each service is a module of its own whose jar an
 * installation may leave out: nothing of it is loaded before its stanza is read.
 */
final class KeyServices {
  private final SealStanza stanza;
  private final Map<String, String> environment;
  private final Clock clock;
  private final SecureRandom random;

  private KeyServices(SealStanza stanza, Map<String, String> environment) {
    this.stanza = stanza;
    this.environment = environment;
    clock = Clock.systemUTC();
    random = new SecureRandom();
  }

  /**
   * The seal that {@code settings} describe; asks nothing yet.
   *
   * @throws ServerFault where a parameter is wrong, or the installation lacks that seal
   */
  static EnvelopeSeal seal(
      SealSettings settings, SealSecrets secrets, Map<String, String> environment) {
    SealStanza stanza = stanza(settings, secrets);
    KeyServices services = new KeyServices(stanza, environment);
    try {
      return new EnvelopeSeal(
          stanza,
          services.open(),
          stanza.duration("timeout", SealStanza.CALL_MAX),
          services.clock,
          services.random);
    } catch (SealFault.Configuration e) {
      throw new ServerFault(settings.place() + ": " + e.getMessage());
    } catch (NoClassDefFoundError e) {
      throw new ServerFault(
          settings.place()
              + ": this installation was made without the seal \""
              + settings.type()
              + "\": a jar of it is missing from lib ("
              + e.getMessage()
              + ")");
    }
  }

  private KeyService open() {
    return switch (stanza.type()) {
      case "awskms" -> AwsKmsService.open(stanza, environment, clock);
      case "azurekeyvault" -> AzureKeyVaultService.open(stanza, environment, clock);
      case "gcpckms" -> GcpKmsService.open(stanza, environment, clock);
      case "kmip" -> KmipService.open(stanza);
      case "ocikms" -> OciKmsService.open(stanza, environment, clock);
      case "static" -> StaticKeyService.open(stanza, random);
      case "transit" -> TransitService.open(stanza);
      default -> throw stanza.wrong("type", "this version has no such seal");
    };
  }

  private static SealStanza stanza(SealSettings settings, SealSecrets secrets) {
    Map<String, String> texts = new HashMap<>();
    settings
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (!parameter.isSecret()) {
                texts.put(name, parameter.text());
              }
            });
    return new SealStanza(
        settings.type(), settings.name(), settings.autoUnseal(), texts, secrets::take);
  }
}
