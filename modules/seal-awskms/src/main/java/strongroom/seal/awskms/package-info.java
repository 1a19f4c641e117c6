/**
 * The seal {@code awskms}: a key in AWS KMS, reached by two signed calls, Encrypt and Decrypt.
 *
 * <p>Credentials come from where AWS's own tools take them. It must never send them to another host
 * than AWS's, the configured endpoint, or the metadata service of the machine.
 */
package strongroom.seal.awskms;
