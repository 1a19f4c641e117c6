/**
 * Seals by a service that encrypts small keys: a cloud's KMS, a KMIP server, the transit engine of
 * another server, a key beside the configuration.
 *
 * <p>{@link strongroom.seal.envelope.EnvelopeSeal} implements the Seal port once for all of them:
 * it encrypts under a data key of its own making, which a {@link
 * strongroom.seal.envelope.KeyService} encrypts. {@code node} calls the seal; the services live in
 * modules of their own, which an installation may leave out.
 *
 * <p>It must never return what it has not unwrapped and compared, and never keep a data key.
 */
package strongroom.seal.envelope;
