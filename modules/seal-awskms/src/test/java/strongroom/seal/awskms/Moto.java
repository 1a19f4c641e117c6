package strongroom.seal.awskms;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * moto, a server that speaks AWS's API, in a process of its own: KMS with keys that encrypt, STS,
 * and IAM, whose policies and signatures it checks once {@link #checkSignatures} was called. {@code
 * scripts/need.sh test} installs it.
 */
public final class Moto implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final int port;
  private Process process;

  private Moto(int port) {
    this.port = port;
  }

  /** Starts it and waits until it answers. */
  public static Moto start() throws IOException {
    Moto moto = new Moto(freePort());
    moto.run();
    return moto;
  }

  private static int freePort() throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      return free.getLocalPort();
    }
  }

  private void run() throws IOException {
    Path root = Path.of("").toAbsolutePath();
    while (!Files.exists(root.resolve("CONTRIBUTING.md"))) {
      root = root.getParent();
    }
    process =
        new ProcessBuilder(
                root.resolve("target/venv/bin/python3").toString(),
                root.resolve("target/venv/bin/moto_server").toString(),
                "-H",
                "127.0.0.1",
                "-p",
                Integer.toString(port))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Instant end = Instant.now().plusSeconds(60);
    while (true) {
      try {
        send(HttpRequest.newBuilder(URI.create(address() + "/moto-api/")));
        return;
      } catch (IOException e) {
        if (!process.isAlive() || Instant.now().isAfter(end)) {
          throw new IOException("moto did not start: scripts/need.sh test installs it", e);
        }
        pause();
      }
    }
  }

  /** Its address. */
  public String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Makes a symmetric key and answers its id. */
  public String createKey() throws IOException {
    return createKey("us-east-1");
  }

  String createKey(String region) throws IOException {
    return match("\"KeyId\": ?\"([^\"]+)\"", kms(region, "CreateKey", "{}"));
  }

  String kms(String region, String operation, String parameters) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(address() + "/"))
            .header("X-Amz-Target", "TrentService." + operation)
            .header("Content-Type", "application/x-amz-json-1.1")
            .header("Authorization", scope(region, "kms"))
            .POST(HttpRequest.BodyPublishers.ofString(parameters)));
  }

  /** Makes a user whose policy is {@code policy}; answers access key id and secret key. */
  Map.Entry<String, String> createUser(String name, String policy) throws IOException {
    iam("Action=CreateUser&UserName=" + name);
    iam(
        "Action=PutUserPolicy&PolicyName=p&UserName="
            + name
            + "&PolicyDocument="
            + URLEncoder.encode(policy, StandardCharsets.UTF_8));
    String keys = iam("Action=CreateAccessKey&UserName=" + name);
    return Map.entry(
        match("<AccessKeyId>([^<]+)<", keys), match("<SecretAccessKey>([^<]+)<", keys));
  }

  /** Makes a role whose policy is {@code policy} and answers temporary credentials of it. */
  TemporaryCredentials assumeRole(String name, String policy) throws IOException {
    iam("Action=CreateRole&AssumeRolePolicyDocument=%7B%7D&RoleName=" + name);
    iam(
        "Action=PutRolePolicy&PolicyName=p&RoleName="
            + name
            + "&PolicyDocument="
            + URLEncoder.encode(policy, StandardCharsets.UTF_8));
    String answer =
        send(
            HttpRequest.newBuilder(URI.create(address() + "/"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", scope("us-east-1", "sts"))
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "Action=AssumeRole&Version=2011-06-15&RoleSessionName=s"
                            + "&RoleArn=arn:aws:iam::123456789012:role/"
                            + name)));
    return new TemporaryCredentials(
        match("<AccessKeyId>([^<]+)<", answer),
        match("<SecretAccessKey>([^<]+)<", answer),
        match("<SessionToken>([^<]+)<", answer));
  }

  /** Credentials of a role. */
  record TemporaryCredentials(String accessKey, String secretKey, String sessionToken) {}

  String iam(String form) throws IOException {
    return send(
        HttpRequest.newBuilder(URI.create(address() + "/"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", scope("us-east-1", "iam"))
            .POST(HttpRequest.BodyPublishers.ofString(form + "&Version=2010-05-08")));
  }

  /** From now on it checks signatures and policies, or no longer. */
  void checkSignatures(boolean check) throws IOException {
    send(
        HttpRequest.newBuilder(URI.create(address() + "/moto-api/reset-auth"))
            .POST(HttpRequest.BodyPublishers.ofString(check ? "0" : "inf")));
  }

  private static String scope(String region, String service) {
    return "AWS4-HMAC-SHA256 Credential=setup/20260101/"
        + region
        + "/"
        + service
        + "/aws4_request, SignedHeaders=host, Signature=none";
  }

  private static String match(String pattern, String text) {
    Matcher found = Pattern.compile(pattern).matcher(text);
    if (!found.find()) {
      throw new AssertionError(text);
    }
    return found.group(1);
  }

  private String send(HttpRequest.Builder request) throws IOException {
    try {
      return client
          .send(
              request.timeout(Duration.ofSeconds(30)).build(), HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the process: its keys are gone. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    client.close();
  }
}
