package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Map;
import java.util.Optional;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.http.Profiles;
import strongroom.secret.SecretBytes;

/**
 * The files of AWS's own tools: {@code ~/.aws/credentials} and {@code ~/.aws/config}, and the
 * variables that name others. Read anew each time, since tools renew what is in them.
 */
record ProfileCredentials(Map<String, String> environment) implements CredentialSource {
  private String profile() {
    return environment.getOrDefault("AWS_PROFILE", "default");
  }

  private Profiles file(String variable, String name) {
    String home = environment.getOrDefault("HOME", "");
    return Profiles.read(environment.getOrDefault(variable, home + "/.aws/" + name));
  }

  private Optional<String> value(String key) {
    String section = profile().equals("default") ? "default" : "profile " + profile();
    return file("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        .value(profile(), key)
        .or(() -> file("AWS_CONFIG_FILE", "config").value(section, key));
  }

  /** The region that the profile names. */
  Optional<String> region() {
    return value("region");
  }

  @Override
  public Optional<AwsCredentials> take(Deadline deadline) {
    Optional<String> id = value("aws_access_key_id");
    Optional<String> secret = value("aws_secret_access_key");
    if (id.isEmpty() || secret.isEmpty()) {
      return Optional.empty();
    }
    // Short-lived ones in the file carry no end that is told: it is read again for each call.
    return Optional.of(
        new AwsCredentials(
            id.get(),
            bytes(secret.get()),
            value("aws_session_token").map(ProfileCredentials::bytes),
            Optional.empty()));
  }

  private static SecretBytes bytes(String text) {
    return SecretBytes.takeFrom(text.getBytes(US_ASCII));
  }

  /** Names no variable. */
  @Override
  public String toString() {
    return "ProfileCredentials[]";
  }
}
