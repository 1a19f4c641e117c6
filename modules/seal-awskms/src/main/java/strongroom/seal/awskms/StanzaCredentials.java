package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Optional;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.SealStanza;
import strongroom.secret.SecretBytes;

/** {@code access_key} and {@code secret_key}, and the variables that stand for them. */
record StanzaCredentials(SealStanza stanza) implements CredentialSource {
  @Override
  public Optional<AwsCredentials> take(Deadline deadline) {
    Optional<SecretBytes> accessKey = stanza.secrets().take("access_key");
    Optional<SecretBytes> secretKey = stanza.secrets().take("secret_key");
    if (accessKey.isEmpty() != secretKey.isEmpty()) {
      accessKey.ifPresent(SecretBytes::close);
      secretKey.ifPresent(SecretBytes::close);
      throw accessKey.isEmpty()
          ? stanza.wrong("access_key", "is required with secret_key")
          : stanza.wrong("secret_key", "is required with access_key");
    }
    return accessKey.map(
        id -> {
          try (id) {
            return new AwsCredentials(
                id.withHeapCopy(bytes -> new String(bytes, US_ASCII)).strip(),
                secretKey.orElseThrow(),
                stanza.secrets().take("session_token"),
                Optional.empty());
          }
        });
  }
}
