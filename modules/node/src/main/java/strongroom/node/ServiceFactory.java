package strongroom.node;

import strongroom.storage.Storage;

/** Makes what runs on an open barrier. */
public interface ServiceFactory {
  /** The length of a root token in characters, which is also that of its one-time password. */
  int ROOT_TOKEN_LENGTH = 28;

  /**
   * Writes what a new installation starts with (default policies, mounts) and makes its root token.
   * Called within init, before its one commit: what it commits to {@code barrier} becomes durable
   * with everything else or not at all.
   *
   * @return the root token, {@link #ROOT_TOKEN_LENGTH} characters
   */
  String bootstrap(Storage barrier);

  /** Opens everything on {@code barrier}. Called after every unseal. */
  Service open(Storage barrier);

  /**
   * A further root token, through the service that is open.
   *
   * @return {@link #ROOT_TOKEN_LENGTH} characters
   */
  String createRootToken();
}
