/**
 * The seal {@code ocikms}: a key in Oracle Cloud KMS, reached by two signed calls, encrypt and
 * decrypt.
 *
 * <p>Calls are signed by an API key or by the instance's own identity. It must never sign a call to
 * another host than the configured endpoint or Oracle's federation service.
 */
package strongroom.seal.ocikms;
