package strongroom.hsm;

/**
 * A PKCS#11 session while a piece of work uses it, on the thread of that work.
 *
 * @param functions the library
 * @param connection what it belongs to
 * @param handle its number
 */
record Session(Functions functions, Connection connection, long handle) {}
