package strongroom.server;

import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import strongroom.config.KmsLibrarySettings;
import strongroom.config.SealSettings;
import strongroom.hsm.HsmObserver;
import strongroom.managed.keys.ManagedKeySource;
import strongroom.managed.keys.pkcs11.KeyLibrary;
import strongroom.managed.keys.pkcs11.Pkcs11KeySource;
import strongroom.managed.keys.pkcs11.ReservedKeys;
import strongroom.node.SealKeyNames;

/** Managed keys in the HSMs that the configuration names libraries for. */
final class ManagedKeyWiring {
  private static final List<String> SEAL_LABELS =
      List.of("key_label", "hmac_key_label", "default_key_label", "default_hmac_key_label");
  private static final List<String> SEAL_IDS = List.of("key_id", "hmac_key_id");

  private ManagedKeyWiring() {}

  static ManagedKeySource wire(
      List<KmsLibrarySettings> libraries,
      List<SealSettings> seals,
      HsmObserver observer,
      Supplier<SealKeyNames> sealKeys,
      SecureRandom random) {
    if (libraries.isEmpty()) {
      return ManagedKeySource.NONE;
    }
    Map<String, KeyLibrary> named = new HashMap<>();
    libraries.forEach(one -> named.put(one.name(), new KeyLibrary(one.library(), one.isolated())));
    ReservedKeys configured = reserved(seals);
    return new Pkcs11KeySource(
        named, () -> configured.and(named(sealKeys.get())), observer, random);
  }

  /**
   * The keys of every seal, of disabled ones too: they may still decrypt a copy of the root key.
   */
  private static ReservedKeys reserved(List<SealSettings> seals) {
    Set<String> labels = new HashSet<>();
    Set<String> ids = new HashSet<>();
    for (SealSettings seal : seals) {
      SEAL_LABELS.forEach(name -> seal.text(name).ifPresent(labels::add));
      SEAL_IDS.forEach(name -> seal.text(name).ifPresent(id -> ids.add(hex(id))));
    }
    return new ReservedKeys(labels, ids);
  }

  /** Those that have wrapped the root key, though no stanza names them any more. */
  private static ReservedKeys named(SealKeyNames names) {
    return new ReservedKeys(names.labels(), names.ids());
  }

  private static String hex(String id) {
    String lower = id.strip().toLowerCase(Locale.ROOT);
    return lower.startsWith("0x") ? lower.substring(2) : lower;
  }
}
