package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.secret.SecretBytes;

/**
 * Temporary credentials of a role: a service account's by web identity (STS), a task's or pod's
 * from its container endpoint, an instance's from the metadata service, version 2.
 */
final class RoleCredentials implements AutoCloseable {
  private static final Duration STEP_MAX = Duration.ofSeconds(2);

  private final Map<String, String> environment;
  private final String region;
  private final HttpService sts = new HttpService("AWS STS", Optional.empty());
  private final HttpService metadata =
      new HttpService("the AWS metadata service", Optional.empty());

  RoleCredentials(Map<String, String> environment, String region) {
    this.environment = environment;
    this.region = region;
  }

  /** The three places, in AWS's order. */
  List<CredentialSource> sources() {
    return List.of(this::webIdentity, this::container, this::instance);
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  private Optional<AwsCredentials> webIdentity(Deadline deadline) {
    Optional<String> role = variable("AWS_ROLE_ARN");
    Optional<String> tokenFile = variable("AWS_WEB_IDENTITY_TOKEN_FILE");
    if (role.isEmpty() || tokenFile.isEmpty()) {
      return Optional.empty();
    }
    String form =
        "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn="
            + encoded(role.get())
            + "&RoleSessionName="
            + encoded(variable("AWS_ROLE_SESSION_NAME").orElse("strongroom"))
            + "&WebIdentityToken="
            + encoded(file(tokenFile.get()));
    URI uri =
        HttpCall.address(
            "AWS_ENDPOINT_URL_STS",
            variable("AWS_ENDPOINT_URL_STS")
                    .orElse("https://sts." + region + "." + AwsKmsService.domain(region))
                + "/");
    HttpAnswer answer =
        sts.send(HttpCall.postForm(uri, Map.of(), form.getBytes(US_ASCII)), deadline);
    String xml = new String(answer.body(), UTF_8);
    if (!answer.good()) {
      throw answer.fault(
          element(xml, "Code").orElse(""),
          "see AWS_ROLE_ARN, AWS_WEB_IDENTITY_TOKEN_FILE and the role's trust policy");
    }
    return Optional.of(credentials(name -> element(xml, name), "SessionToken", answer));
  }

  private Optional<AwsCredentials> container(Deadline deadline) {
    Optional<URI> uri =
        variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI")
            .map(path -> "http://169.254.170.2" + path)
            .or(() -> variable("AWS_CONTAINER_CREDENTIALS_FULL_URI"))
            .map(text -> HttpCall.address("the container's address of credentials", text));
    if (uri.isEmpty()) {
      return Optional.empty();
    }
    Map<String, String> headers =
        variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")
            .map(RoleCredentials::file)
            .or(() -> variable("AWS_CONTAINER_AUTHORIZATION_TOKEN"))
            .map(token -> Map.of("Authorization", token))
            .orElse(Map.of());
    HttpAnswer answer = metadata.send(HttpCall.get(uri.get(), headers), deadline.within(STEP_MAX));
    if (!answer.good()) {
      throw answer.fault("", "see the role of the task or pod");
    }
    return Optional.of(credentials(answer::text, "Token", answer));
  }

  private Optional<AwsCredentials> instance(Deadline deadline) {
    if (variable("AWS_EC2_METADATA_DISABLED").filter("true"::equalsIgnoreCase).isPresent()) {
      return Optional.empty();
    }
    String base =
        variable("AWS_EC2_METADATA_SERVICE_ENDPOINT").orElse("http://169.254.169.254") + "/latest/";
    HttpAnswer token = metadataToken(base, deadline);
    if (!token.good()) {
      throw token.fault("", "see the instance's metadata options");
    }
    Map<String, String> headers =
        Map.of("X-aws-ec2-metadata-token", new String(token.body(), US_ASCII).strip());
    String roles = base + "meta-data/iam/security-credentials/";
    HttpAnswer role =
        metadata.send(HttpCall.get(metadataUri(roles), headers), deadline.within(STEP_MAX));
    if (role.status() == 404) {
      return Optional.empty();
    }
    if (!role.good()) {
      throw role.fault("", "see the instance's role");
    }
    String name = new String(role.body(), UTF_8).lines().findFirst().orElse("").strip();
    HttpAnswer answer =
        metadata.send(
            HttpCall.get(metadataUri(roles + encoded(name)), headers), deadline.within(STEP_MAX));
    if (!answer.good()) {
      throw answer.fault("", "see the instance's role");
    }
    return Optional.of(credentials(answer::text, "Token", answer));
  }

  private static URI metadataUri(String text) {
    return HttpCall.address("AWS_EC2_METADATA_SERVICE_ENDPOINT", text);
  }

  private HttpAnswer metadataToken(String base, Deadline deadline) {
    try {
      return metadata.send(
          new HttpCall(
              "PUT",
              metadataUri(base + "api/token"),
              Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
              new byte[0]),
          deadline.within(STEP_MAX));
    } catch (SealFault.Away e) {
      throw new SealFault.Away(
          "there are no AWS credentials in the stanza, the variables or a profile, and "
              + e.getMessage(),
          e);
    }
  }

  private static AwsCredentials credentials(
      Function<String, Optional<String>> field, String tokenName, HttpAnswer answer) {
    Optional<String> secret = field.apply("SecretAccessKey");
    Optional<String> token = field.apply(tokenName);
    if (secret.isEmpty() || token.isEmpty()) {
      throw new SealFault.Away(answer.from() + " answered no credentials", null);
    }
    return new AwsCredentials(
        field.apply("AccessKeyId").orElse(""),
        SecretBytes.takeFrom(secret.get().getBytes(US_ASCII)),
        token.map(text -> SecretBytes.takeFrom(text.getBytes(US_ASCII))),
        Optional.of(end(field.apply("Expiration").orElse(""))));
  }

  private static Instant end(String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeParseException e) {
      // Without an end that can be read they are not kept.
      return Instant.EPOCH;
    }
  }

  private static Optional<String> element(String xml, String name) {
    Matcher found = Pattern.compile("<" + name + ">([^<]*)</" + name + ">").matcher(xml);
    return found.find() ? Optional.of(found.group(1).strip()) : Optional.empty();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static String file(String path) {
    try {
      return Files.readString(Path.of(path), UTF_8).strip();
    } catch (IOException | InvalidPathException e) {
      throw new SealFault.Configuration(
          "the file " + path + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  @Override
  public void close() {
    sts.close();
    metadata.close();
  }
}
