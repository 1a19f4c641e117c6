package strongroom.seal.gcpckms;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonString;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.envelope.SealStanza;
import strongroom.seal.http.CachedToken;
import strongroom.seal.http.Form;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.seal.http.Jwt;
import strongroom.secret.SecretBytes;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/**
 * Gets access tokens: by a service account's key (OAuth 2.0 for service accounts, signed claims),
 * by the refresh token that gcloud has left, else from the machine's metadata service.
 */
final class GoogleToken implements CachedToken.Source, AutoCloseable {
  private static final String SCOPE = "https://www.googleapis.com/auth/cloudkms";
  private static final String TOKEN_URI = "https://oauth2.googleapis.com/token";
  private static final Duration CLAIM = Duration.ofMinutes(10);
  private static final String REMEDY =
      "see credentials (GOOGLE_CREDENTIALS, GOOGLE_APPLICATION_CREDENTIALS) and the clock";

  private final SealStanza stanza;
  private final Map<String, String> environment;
  private final Clock clock;
  private final HttpService http = new HttpService("Google's token service", Optional.empty());
  private final HttpService metadata =
      new HttpService("the Google metadata service", Optional.empty());

  GoogleToken(SealStanza stanza, Map<String, String> environment, Clock clock) {
    this.stanza = stanza;
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public CachedToken.Fetched fetch(Deadline deadline) {
    Optional<JsonObject> credentials = credentials();
    if (credentials.isEmpty()) {
      return fromMetadata(deadline);
    }
    JsonObject given = credentials.get();
    return switch (field(given, "type")) {
      case "service_account" -> byServiceAccount(given, deadline);
      case "authorized_user" -> byRefreshToken(given, deadline);
      default ->
          throw stanza.wrong(
              "credentials", "are neither of type service_account nor authorized_user");
    };
  }

  private Optional<JsonObject> credentials() {
    Optional<SecretBytes> given = stanza.secrets().take("credentials");
    if (given.isPresent()) {
      try (SecretBytes bytes = given.get()) {
        return Optional.of(bytes.withHeapCopy(this::read));
      }
    }
    Path left =
        Path.of(
            environment.getOrDefault("HOME", "/nonexistent"),
            ".config/gcloud/application_default_credentials.json");
    return Files.isReadable(left) ? Optional.of(file(left)) : Optional.empty();
  }

  /** JSON itself, or the path of its file. */
  private JsonObject read(byte[] given) {
    String text = new String(given, UTF_8).strip();
    if (text.startsWith("{")) {
      return parse(given);
    }
    try {
      return file(Path.of(text));
    } catch (InvalidPathException e) {
      throw stanza.wrong("credentials", "are neither JSON nor the path of a file");
    }
  }

  private JsonObject file(Path path) {
    try {
      byte[] bytes = Files.readAllBytes(path);
      JsonObject object = parse(bytes);
      Arrays.fill(bytes, (byte) 0);
      return object;
    } catch (IOException e) {
      throw stanza.wrong(
          "credentials", path + " cannot be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private JsonObject parse(byte[] json) {
    try {
      return Json.parseObject(json);
    } catch (Json.MalformedJson e) {
      throw stanza.wrong("credentials", "are no JSON object");
    }
  }

  private String field(JsonObject credentials, String name) {
    return optional(credentials, name)
        .orElseThrow(() -> stanza.wrong("credentials", "have no " + name));
  }

  private static Optional<String> optional(JsonObject credentials, String name) {
    return credentials
        .member(name)
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).value());
  }

  private CachedToken.Fetched byServiceAccount(JsonObject account, Deadline deadline) {
    String uri = optional(account, "token_uri").orElse(TOKEN_URI);
    Instant now = clock.instant();
    JsonObject claims =
        JsonObject.builder()
            .put("iss", field(account, "client_email"))
            .put("scope", SCOPE)
            .put("aud", uri)
            .put("iat", now.getEpochSecond())
            .put("exp", now.plus(CLAIM).getEpochSecond())
            .build();
    JsonObject.Builder header = JsonObject.builder();
    optional(account, "private_key_id").ifPresent(id -> header.put("kid", id));
    String assertion;
    try {
      Pem pem = Pem.text("private_key", field(account, "private_key").getBytes(UTF_8));
      assertion = Jwt.sign(Jwt.Algorithm.RS256, header.build(), claims, pem.privateKey());
    } catch (PemFault e) {
      throw stanza.wrong("credentials", String.valueOf(e.getMessage()));
    }
    return ask(
        uri,
        Map.of("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer", "assertion", assertion),
        deadline);
  }

  private CachedToken.Fetched byRefreshToken(JsonObject user, Deadline deadline) {
    return ask(
        optional(user, "token_uri").orElse(TOKEN_URI),
        Map.of(
            "grant_type",
            "refresh_token",
            "client_id",
            field(user, "client_id"),
            "client_secret",
            field(user, "client_secret"),
            "refresh_token",
            field(user, "refresh_token")),
        deadline);
  }

  private CachedToken.Fetched ask(String uri, Map<String, String> form, Deadline deadline) {
    URI to = HttpCall.address("token_uri of the credentials", uri);
    return Form.token(
        http.send(HttpCall.postForm(to, Map.of(), Form.encode(form)), deadline), REMEDY);
  }

  private CachedToken.Fetched fromMetadata(Deadline deadline) {
    String host = environment.getOrDefault("GCE_METADATA_HOST", "metadata.google.internal");
    URI uri =
        HttpCall.address(
            "GCE_METADATA_HOST",
            "http://" + host + "/computeMetadata/v1/instance/service-accounts/default/token");
    try {
      HttpAnswer answer =
          metadata.send(
              HttpCall.get(uri, Map.of("Metadata-Flavor", "Google")),
              deadline.within(Duration.ofSeconds(2)));
      return Form.token(answer, "give the machine a service account");
    } catch (SealFault.Away e) {
      throw new SealFault.Away(
          "there are no Google credentials: set GOOGLE_CREDENTIALS, or run on a machine with a"
              + " service account; "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    http.close();
    metadata.close();
  }
}
