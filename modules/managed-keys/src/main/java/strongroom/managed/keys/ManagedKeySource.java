package strongroom.managed.keys;

import java.util.Set;
import strongroom.secret.SecretBytes;

/** Where managed keys of one kind are: the HSMs that the configuration names libraries for. */
public interface ManagedKeySource extends AutoCloseable {
  /**
   * The key that {@code definition} describes. Nothing is asked of the device yet.
   *
   * @param pin copied where it is kept; stays the caller's to close
   * @throws ManagedKeyFault.Configuration where the definition names no library of the
   *     configuration
   */
  ManagedKey open(KeyDefinition definition, SecretBytes pin);

  /** The names of the libraries that the configuration has. */
  Set<String> libraries();

  /** Ends the use of all devices. */
  @Override
  void close();

  /** Has no library: for a server whose configuration has none. */
  ManagedKeySource NONE =
      new ManagedKeySource() {
        @Override
        public ManagedKey open(KeyDefinition definition, SecretBytes pin) {
          throw new ManagedKeyFault.Configuration(
              "the configuration has no kms_library stanza, which managed keys need");
        }

        @Override
        public Set<String> libraries() {
          return Set.of();
        }

        @Override
        public void close() {}
      };
}
