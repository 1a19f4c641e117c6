package strongroom.managed.keys;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.secret.SecretBytes;
import strongroom.storage.Page;
import strongroom.storage.ReadableStorage;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * Managed keys in OpenBao's arrangement: configs, each an HSM token with its PIN; below a config
 * its keys; with each key the mounts that may use it. Kept on the barrier under {@code
 * sys/external-keys/}, the PINs apart.
 */
public final class ExternalKeys {
  /** So many configs there may be, and so many keys in each. */
  public static final int EACH_MAX = 1_000;

  private static final String CONFIGS = "sys/external-keys/configs/";
  private static final String KEYS = "sys/external-keys/keys/";
  private static final String GRANTS = "sys/external-keys/grants/";
  static final String PINS = "sys/external-key-pins/";

  private final ManagedKeySource source;

  /** Keys that {@code source} opens. */
  public ExternalKeys(ManagedKeySource source) {
    this.source = source;
  }

  /** Which key of which config. */
  public record Name(String config, String key) {
    private String path() {
      return config + "/" + key;
    }

    /** {@code config:key}, as engines are told of it; empty where {@code text} is none. */
    public static Optional<Name> parse(String text) {
      int colon = text.indexOf(':');
      return colon < 1 || colon == text.length() - 1
          ? Optional.empty()
          : Optional.of(new Name(text.substring(0, colon), text.substring(colon + 1)));
    }
  }

  /** The names of the libraries that the configuration has. */
  public Set<String> libraries() {
    return source.libraries();
  }

  /** All configs' names, in order. */
  public List<String> configs(ReadableStorage storage) {
    return names(storage, CONFIGS);
  }

  /** The names of {@code config}'s keys, in order. */
  public List<String> keys(ReadableStorage storage, String config) {
    return names(storage, KEYS + config + "/");
  }

  private static List<String> names(ReadableStorage storage, String folder) {
    Page page = storage.list(folder, "", EACH_MAX);
    return page.names();
  }

  /** The HSM token of {@code config}. */
  public Optional<KeyDefinition.Place> place(ReadableStorage storage, String config) {
    return storage.get(CONFIGS + config).map(bytes -> DefinitionJson.place(parsed(config, bytes)));
  }

  /** Keeps a config; its PIN too where one is given, else the one that is there. */
  public void putConfig(
      Transaction transaction,
      String config,
      KeyDefinition.Place place,
      Optional<SecretBytes> pin) {
    transaction.put(CONFIGS + config, Json.toBytes(DefinitionJson.place(place)));
    pin.ifPresent(bytes -> transaction.put(PINS + config, bytes.withHeapCopy(byte[]::clone)));
  }

  /** Forgets a config with its keys and their grants. The keys in the HSM stay. */
  public void deleteConfig(Transaction transaction, String config) {
    keys(transaction, config).forEach(key -> deleteKey(transaction, new Name(config, key)));
    transaction.delete(CONFIGS + config);
    transaction.delete(PINS + config);
  }

  /** The key of {@code name}, with its config's place as it is now. */
  public Optional<KeyDefinition> key(ReadableStorage storage, Name name) {
    Optional<KeyDefinition.Place> place = place(storage, name.config());
    return place.isEmpty()
        ? Optional.empty()
        : storage
            .get(KEYS + name.path())
            .map(bytes -> DefinitionJson.read(name.key(), parsed(name.path(), bytes)))
            .map(d -> new KeyDefinition(d.name(), d.uuid(), place.get(), d.plan(), d.grants()));
  }

  /** Keeps {@code key} in {@code config}. */
  public void putKey(Transaction transaction, String config, KeyDefinition key) {
    transaction.put(KEYS + config + "/" + key.name(), Json.toBytes(DefinitionJson.write(key)));
  }

  /** Forgets a key and its grants. The key in the HSM stays. */
  public void deleteKey(Transaction transaction, Name name) {
    transaction.delete(KEYS + name.path());
    transaction.delete(GRANTS + name.path());
  }

  /** The paths of the mounts that may use the key, each with a slash behind. */
  public List<String> grants(ReadableStorage storage, Name name) {
    List<String> mounts = new ArrayList<>();
    storage
        .get(GRANTS + name.path())
        .flatMap(bytes -> parsed(name.path(), bytes).member("mounts"))
        .ifPresent(
            list ->
                ((JsonArray) list)
                    .items()
                    .forEach(item -> mounts.add(((JsonString) item).value())));
    return List.copyOf(mounts);
  }

  /** Lets {@code mounts}, and no others, use the key. */
  public void putGrants(Transaction transaction, Name name, Collection<String> mounts) {
    if (mounts.isEmpty()) {
      transaction.delete(GRANTS + name.path());
    } else {
      transaction.put(
          GRANTS + name.path(), Json.toBytes(JsonObject.builder().put("mounts", mounts).build()));
    }
  }

  /**
   * The key of {@code name} for the engine at {@code mount}; empty where there is none, or where it
   * was not granted, which are told alike.
   *
   * @throws ManagedKeyFault where it cannot be opened
   */
  public Optional<ManagedKey> openFor(String mount, ReadableStorage storage, Name name) {
    return grants(storage, name).contains(mount) ? open(storage, name) : Optional.empty();
  }

  /** The key of {@code name}, to be tried out; empty where there is none. */
  public Optional<ManagedKey> open(ReadableStorage storage, Name name) {
    Optional<KeyDefinition> definition = key(storage, name);
    if (definition.isEmpty()) {
      return Optional.empty();
    }
    byte[] stored =
        storage
            .get(PINS + name.config())
            .orElseThrow(
                () ->
                    new StorageFault.Damaged(
                        "external keys' config " + name.config() + " lost its PIN", null));
    try (SecretBytes pin = SecretBytes.takeFrom(stored)) {
      return Optional.of(source.open(definition.get(), pin));
    }
  }

  private static JsonObject parsed(String name, byte[] stored) {
    try {
      return Json.parseObject(stored);
    } catch (Json.MalformedJson e) {
      throw new StorageFault.Damaged("what is stored of external key " + name + " is damaged", e);
    }
  }
}
