package strongroom.seal.awskms;

import java.time.Instant;
import java.util.Optional;
import strongroom.secret.SecretBytes;

/**
 * Who calls AWS. Whoever has them closes them.
 *
 * @param accessKey the access key's id
 * @param secretKey the access key's secret
 * @param sessionToken of temporary credentials
 * @param end when temporary credentials expire
 */
record AwsCredentials(
    String accessKey,
    SecretBytes secretKey,
    Optional<SecretBytes> sessionToken,
    Optional<Instant> end)
    implements AutoCloseable {

  AwsCredentials copy() {
    return new AwsCredentials(
        accessKey, secretKey.copy(), sessionToken.map(SecretBytes::copy), end);
  }

  @Override
  public void close() {
    secretKey.close();
    sessionToken.ifPresent(SecretBytes::close);
  }

  /** Nothing of them. */
  @Override
  public String toString() {
    return "AwsCredentials[]";
  }
}
