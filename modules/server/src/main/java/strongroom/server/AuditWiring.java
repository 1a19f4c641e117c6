package strongroom.server;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import strongroom.audit.AuditBroker;
import strongroom.audit.AuditRules;
import strongroom.audit.Declared;
import strongroom.config.AuditSettings;

/** The audit devices, as the settings have them. */
final class AuditWiring {
  private AuditWiring() {}

  static AuditBroker wire(AuditSettings settings, Clock clock, SecureRandom random) {
    return new AuditBroker(rules(settings), devices(settings), clock, random);
  }

  /** Takes over what {@code settings} say now. */
  static void reload(AuditBroker audit, AuditSettings settings) {
    audit.reload(rules(settings), devices(settings));
  }

  private static AuditRules rules(AuditSettings settings) {
    return new AuditRules(settings.apiCreation(), settings.prefixes(), settings.folders());
  }

  private static List<Declared> devices(AuditSettings settings) {
    return settings.devices().stream()
        .map(
            device ->
                new Declared(device.type(), device.path(), device.description(), device.options()))
        .toList();
  }
}
