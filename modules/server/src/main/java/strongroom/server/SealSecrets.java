package strongroom.server;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import strongroom.config.ConfigurationFault;
import strongroom.config.SealParameter;
import strongroom.config.SealSettings;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/**
 * The secrets of a seal's stanza as they were last read: at the start and at each SIGHUP. Copied
 * out whenever the seal needs one.
 */
final class SealSecrets implements AutoCloseable {
  /** Guarded by this. */
  private final Map<String, SecretBytes> known = new HashMap<>();

  /** Why a secret that is configured could not be read. Guarded by this. */
  private final Map<String, String> unreadable = new HashMap<>();

  /**
   * Secrets that have been read and are not in use yet.
   *
   * @param known by the name of their parameter
   * @param unreadable why each of the others could not be read
   */
  record Fresh(Map<String, SecretBytes> known, Map<String, String> unreadable)
      implements AutoCloseable {
    @Override
    public void close() {
      known.values().forEach(SecretBytes::close);
      known.clear();
    }
  }

  /** Reads what {@code settings} name now, and changes nothing here. */
  static Fresh fresh(SealSettings settings) {
    Fresh fresh = new Fresh(new HashMap<>(), new HashMap<>());
    settings
        .parameters()
        .forEach(
            (name, parameter) -> {
              if (parameter.isSecret()) {
                read(name, parameter, fresh);
              }
            });
    return fresh;
  }

  private static void read(String name, SealParameter parameter, Fresh into) {
    try {
      into.known.put(name, parameter.takeSecret());
    } catch (ConfigurationFault e) {
      into.unreadable.put(name, String.valueOf(e.getMessage()));
    }
  }

  /** Reads what {@code settings} name now, and says whether anything is another than before. */
  boolean read(SealSettings settings) {
    return take(fresh(settings));
  }

  /** Takes the secrets of {@code fresh}, and says whether anything is another than before. */
  synchronized boolean take(Fresh fresh) {
    boolean changed = !fresh.unreadable.isEmpty() || differ(fresh.known);
    close();
    known.putAll(fresh.known);
    unreadable.clear();
    unreadable.putAll(fresh.unreadable);
    return changed;
  }

  private boolean differ(Map<String, SecretBytes> fresh) {
    TreeSet<String> names = new TreeSet<>(known.keySet());
    names.addAll(fresh.keySet());
    return names.stream()
        .anyMatch(
            name -> {
              SecretBytes before = known.get(name);
              SecretBytes after = fresh.get(name);
              return before == null || after == null || !before.contentEquals(after);
            });
  }

  /**
   * A copy of the secret {@code name}, which the caller closes; empty where none is configured.
   *
   * @throws SealFault.Configuration where it is configured and could not be read
   */
  synchronized Optional<SecretBytes> take(String name) {
    if (unreadable.containsKey(name)) {
      throw new SealFault.Configuration(unreadable.get(name), null);
    }
    return Optional.ofNullable(known.get(name)).map(SecretBytes::copy);
  }

  @Override
  public synchronized void close() {
    known.values().forEach(SecretBytes::close);
    known.clear();
  }
}
