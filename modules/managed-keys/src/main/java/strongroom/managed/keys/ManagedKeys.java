package strongroom.managed.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.Json;
import strongroom.secret.SecretBytes;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * The managed keys of this installation, by name. Definitions are kept on the barrier under {@code
 * sys/managed-keys/}, their PINs apart under {@code sys/managed-key-pins/}, so that what is shown
 * is never read together with what must not be.
 */
public final class ManagedKeys {
  /** So many can be defined. */
  public static final int KEYS_MAX = 1_000;

  private static final String FOLDER = "sys/managed-keys/pkcs11/";
  private static final String PINS_FOLDER = "sys/managed-key-pins/";
  private static final String PINS = PINS_FOLDER + "pkcs11/";

  /** What seal wrap is for: PINs, in either arrangement. */
  public static final Set<String> SEAL_WRAPPED = Set.of(PINS_FOLDER, ExternalKeys.PINS);

  private final ManagedKeySource source;
  private final ExternalKeys external;

  /** Keys that {@code source} opens. */
  public ManagedKeys(ManagedKeySource source) {
    this.source = source;
    external = new ExternalKeys(source);
  }

  /** The same HSMs' keys in OpenBao's arrangement. */
  public ExternalKeys external() {
    return external;
  }

  /** The definition of {@code name}. */
  public Optional<KeyDefinition> definition(ReadableStorage storage, String name) {
    return storage.get(FOLDER + name).map(stored -> decode(name, stored));
  }

  private static KeyDefinition decode(String name, byte[] stored) {
    try {
      return DefinitionJson.read(name, Json.parseObject(stored));
    } catch (Json.MalformedJson | RuntimeException e) {
      throw new StorageFault.Damaged("the definition of managed key " + name + " is damaged", e);
    }
  }

  /** All names, in order. */
  public List<String> names(ReadableStorage storage) {
    List<String> names = new ArrayList<>();
    String after = "";
    boolean more = true;
    while (more) {
      Page page = storage.list(FOLDER, after, KEYS_MAX);
      names.addAll(page.names());
      more = page.more() && !page.names().isEmpty();
      after = names.isEmpty() ? "" : names.getLast();
    }
    return List.copyOf(names);
  }

  /** Keeps {@code definition}; its PIN too where one is given, else the one that is there. */
  public void put(Transaction transaction, KeyDefinition definition, Optional<SecretBytes> pin) {
    transaction.put(FOLDER + definition.name(), Json.toBytes(DefinitionJson.write(definition)));
    pin.ifPresent(
        bytes -> transaction.put(PINS + definition.name(), bytes.withHeapCopy(byte[]::clone)));
  }

  /** Forgets the definition. The key in the HSM stays. */
  public void delete(Transaction transaction, String name) {
    transaction.delete(FOLDER + name);
    transaction.delete(PINS + name);
  }

  /** The names of the libraries that the configuration has. */
  public Set<String> libraries() {
    return source.libraries();
  }

  /**
   * The key of {@code name} for the engine of a mount; empty where it is not defined, or where the
   * mount may not use it, which are told alike.
   *
   * @param allowed the names in the mount's {@code allowed_managed_keys}
   * @throws ManagedKeyFault where it cannot be opened
   */
  public Optional<ManagedKey> openFor(
      Collection<String> allowed, ReadableStorage storage, String name) {
    boolean mayUse =
        allowed.contains(name)
            || definition(storage, name).map(d -> d.grants().anyMount()).orElse(false);
    return mayUse ? open(storage, name) : Optional.empty();
  }

  /**
   * The key of {@code name}, to be used; empty where it is not defined.
   *
   * @throws ManagedKeyFault where it cannot be opened
   */
  public Optional<ManagedKey> open(ReadableStorage storage, String name) {
    Optional<KeyDefinition> definition = definition(storage, name);
    if (definition.isEmpty()) {
      return Optional.empty();
    }
    byte[] stored =
        storage
            .get(PINS + name)
            .orElseThrow(
                () -> new StorageFault.Damaged("managed key " + name + " lost its PIN", null));
    try (SecretBytes pin = SecretBytes.takeFrom(stored)) {
      return Optional.of(source.open(definition.get(), pin));
    }
  }
}
