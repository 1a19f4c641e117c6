package strongroom.seal.ocikms;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.http.Profiles;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/**
 * A user by the API key in the configuration file of Oracle's tools, {@code ~/.oci/config}. Read
 * anew for each call.
 */
record ApiKeyIdentity(Map<String, String> environment) implements OciIdentity {
  @Override
  public OciSignature signature(Deadline deadline) {
    String home = environment.getOrDefault("HOME", "");
    String file = variable("OCI_CONFIG_FILE", "OCI_CLI_CONFIG_FILE").orElse(home + "/.oci/config");
    String profile = variable("OCI_CONFIG_PROFILE", "OCI_CLI_PROFILE").orElse("DEFAULT");
    Profiles profiles = Profiles.read(file);
    String keyFile = value(profiles, profile, "key_file", file);
    String keyId =
        value(profiles, profile, "tenancy", file)
            + "/"
            + value(profiles, profile, "user", file)
            + "/"
            + value(profiles, profile, "fingerprint", file);
    try {
      Path path = Path.of(keyFile.startsWith("~/") ? home + keyFile.substring(1) : keyFile);
      return new OciSignature(keyId, Pem.file(path).privateKey());
    } catch (PemFault | InvalidPathException e) {
      throw new SealFault.Configuration("key_file in " + file + ": " + e.getMessage(), e);
    }
  }

  private Optional<String> variable(String name, String otherName) {
    return Optional.ofNullable(environment.get(name))
        .or(() -> Optional.ofNullable(environment.get(otherName)))
        .filter(value -> !value.isBlank());
  }

  private static String value(Profiles profiles, String profile, String key, String file) {
    return profiles
        .value(profile, key)
        .orElseThrow(
            () ->
                new SealFault.Configuration(
                    "the profile " + profile + " in " + file + " has no " + key, null));
  }

  /** Nothing is kept. */
  @Override
  public void forget() {}

  @Override
  public void close() {}

  /** Names no variable. */
  @Override
  public String toString() {
    return "ApiKeyIdentity[]";
  }
}
