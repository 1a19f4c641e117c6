/**
 * The seal {@code gcpckms}: a key in Google Cloud KMS, reached by two calls, encrypt and decrypt.
 *
 * <p>A token for them comes from a service account's key, from what gcloud has left, or from the
 * machine's metadata. It must never send credentials to where a wrapped blob points.
 */
package strongroom.seal.gcpckms;
