package strongroom.server;

/** The server cannot do what its flags and files ask; the message says what to change. */
final class ServerFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  ServerFault(String message) {
    super(message);
  }
}
