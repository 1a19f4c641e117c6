package strongroom.managed.keys.pkcs11;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import strongroom.hsm.HsmObserver;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.ManagedKey;
import strongroom.managed.keys.ManagedKeyFault;
import strongroom.managed.keys.ManagedKeySource;
import strongroom.secret.SecretBytes;

/**
 * Keys in the HSMs whose libraries the configuration names. One use of an HSM token serves all keys
 * in it that are defined with the same PIN, so that they share its sessions. Safe for several
 * threads.
 */
public final class Pkcs11KeySource implements ManagedKeySource {
  /** So many HSM tokens are in use at once; the one that was idle for longest makes room. */
  private static final int TOKENS_MAX = 16;

  private static final String MAC = "HmacSHA256";

  private final Map<String, KeyLibrary> libraries;
  private final Supplier<ReservedKeys> reserved;
  private final HsmObserver observer;
  private final SecureRandom random;
  private final byte[] pinMacKey = new byte[32];

  /** Guarded by itself. */
  private final Map<List<Object>, OpenToken> tokens = new HashMap<>();

  /**
   * Opens nothing yet.
   *
   * @param libraries each library, by the name of its stanza
   * @param reserved keys that are not for this use, asked anew for each
   * @param observer is told of every call to an HSM
   */
  public Pkcs11KeySource(
      Map<String, KeyLibrary> libraries,
      Supplier<ReservedKeys> reserved,
      HsmObserver observer,
      SecureRandom random) {
    this.observer = observer;
    this.libraries = Map.copyOf(libraries);
    this.reserved = reserved;
    this.random = random;
    random.nextBytes(pinMacKey);
  }

  @Override
  public Set<String> libraries() {
    return new TreeSet<>(libraries.keySet());
  }

  @Override
  public ManagedKey open(KeyDefinition definition, SecretBytes pin) {
    KeyLibrary library = libraries.get(definition.place().library());
    if (library == null) {
      throw new ManagedKeyFault.Configuration(
          "the configuration has no kms_library with the name \""
              + definition.place().library()
              + "\"; it has: "
              + String.join(", ", libraries()));
    }
    return new Pkcs11ManagedKey(
        definition, token(definition.place(), library, pin), reserved, random);
  }

  /** By the PIN too: a wrong one must not take the place of the right one that others log in by. */
  private OpenToken token(KeyDefinition.Place place, KeyLibrary library, SecretBytes pin) {
    List<Object> key = List.of(place, digest(pin));
    synchronized (tokens) {
      OpenToken known = tokens.get(key);
      if (known == null) {
        if (tokens.size() >= TOKENS_MAX) {
          closeIdlest();
        }
        known = new OpenToken(library, place, pin.copy(), observer);
        tokens.put(key, known);
      }
      known.touch();
      return known;
    }
  }

  private void closeIdlest() {
    tokens.entrySet().stream()
        .min((a, b) -> Long.signum(a.getValue().lastUse() - b.getValue().lastUse()))
        .ifPresent(
            idlest -> {
              tokens.remove(idlest.getKey());
              Thread.ofVirtual().start(idlest.getValue()::close);
            });
  }

  private String digest(SecretBytes pin) {
    try {
      Mac mac = Mac.getInstance(MAC);
      mac.init(new SecretKeySpec(pinMacKey, MAC));
      return HexFormat.of().formatHex(pin.withHeapCopy(mac::doFinal));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(MAC + " is not to be had from this Java", e);
    }
  }

  @Override
  public void close() {
    synchronized (tokens) {
      tokens.values().forEach(OpenToken::close);
      tokens.clear();
    }
  }
}
