package strongroom.seal.azurekeyvault;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import strongroom.logical.JsonObject;
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
 * Gets access tokens from Microsoft Entra (OAuth 2.0 client credentials flow) by a client's secret,
 * by its certificate, or by a token that the platform projects; without a client's own credentials
 * from the managed identity of the machine.
 */
final class AzureToken implements CachedToken.Source, AutoCloseable {
  private static final Duration CLAIM = Duration.ofMinutes(10);
  private static final Duration METADATA_MAX = Duration.ofSeconds(3);

  private final SealStanza stanza;
  private final Map<String, String> environment;
  private final AzureCloud cloud;
  private final Clock clock;
  private final HttpService entra = new HttpService("Microsoft Entra", Optional.empty());
  private final HttpService metadata =
      new HttpService("the Azure metadata service", Optional.empty());

  AzureToken(SealStanza stanza, Map<String, String> environment, AzureCloud cloud, Clock clock) {
    this.stanza = stanza;
    this.environment = environment;
    this.cloud = cloud;
    this.clock = clock;
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
  }

  @Override
  public CachedToken.Fetched fetch(Deadline deadline) {
    Optional<String> client = stanza.text("client_id");
    Optional<String> certificate = variable("AZURE_CLIENT_CERTIFICATE_PATH");
    Optional<String> federated = variable("AZURE_FEDERATED_TOKEN_FILE");
    Optional<String> secret = stanza.secrets().take("client_secret").map(AzureToken::text);
    if (client.isPresent() && secret.isPresent()) {
      return byClient(client.get(), Map.of("client_secret", secret.get()), deadline);
    }
    if (client.isPresent() && certificate.isPresent()) {
      return byClient(client.get(), assertion(signed(client.get(), certificate.get())), deadline);
    }
    if (client.isPresent() && federated.isPresent()) {
      return byClient(client.get(), assertion(file(federated.get())), deadline);
    }
    return byMachine(client, deadline);
  }

  private static String text(SecretBytes secret) {
    try (secret) {
      return secret.withHeapCopy(bytes -> new String(bytes, UTF_8));
    }
  }

  private static Map<String, String> assertion(String jwt) {
    return Map.of(
        "client_assertion_type",
        "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion",
        jwt);
  }

  private URI tokenUri() {
    String tenant = stanza.required("tenant_id", "the directory's, or AZURE_TENANT_ID");
    if (!tenant.matches("[A-Za-z0-9.-]+")) {
      throw stanza.wrong("tenant_id", "is neither an id nor a domain");
    }
    return cloud.authority().resolve("/" + tenant + "/oauth2/v2.0/token");
  }

  private CachedToken.Fetched byClient(
      String client, Map<String, String> proof, Deadline deadline) {
    Map<String, String> form = new LinkedHashMap<>(proof);
    form.put("grant_type", "client_credentials");
    form.put("client_id", client);
    form.put("scope", cloud.resource() + "/.default");
    return Form.token(
        entra.send(HttpCall.postForm(tokenUri(), Map.of(), Form.encode(form)), deadline),
        "see tenant_id, client_id, its secret or certificate, and the clock");
  }

  /** The claims that prove a certificate (Microsoft identity platform, certificate credentials). */
  private String signed(String client, String certificatePath) {
    try {
      Pem pem = Pem.file(Path.of(certificatePath));
      byte[] certificate = pem.certificates().getFirst().getEncoded();
      String thumbprint =
          Base64.getUrlEncoder()
              .withoutPadding()
              .encodeToString(MessageDigest.getInstance("SHA-256").digest(certificate));
      Instant now = clock.instant();
      JsonObject claims =
          JsonObject.builder()
              .put("aud", tokenUri().toString())
              .put("iss", client)
              .put("sub", client)
              .put("jti", UUID.randomUUID().toString())
              .put("nbf", now.getEpochSecond())
              .put("exp", now.plus(CLAIM).getEpochSecond())
              .build();
      JsonObject header = JsonObject.ofStrings(Map.of("x5t#S256", thumbprint));
      return Jwt.sign(Jwt.Algorithm.PS256, header, claims, pem.privateKey());
    } catch (PemFault | InvalidPathException e) {
      throw new SealFault.Configuration("AZURE_CLIENT_CERTIFICATE_PATH: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new SealFault.Configuration(
          "AZURE_CLIENT_CERTIFICATE_PATH: the certificate cannot be used", e);
    }
  }

  private static String file(String path) {
    try {
      return Files.readString(Path.of(path), UTF_8).strip();
    } catch (IOException | InvalidPathException e) {
      throw new SealFault.Configuration(
          "the file " + path + " cannot be read (" + e.getClass().getSimpleName() + ")", e);
    }
  }

  private CachedToken.Fetched byMachine(Optional<String> client, Deadline deadline) {
    String query =
        "resource="
            + Form.encode(cloud.resource())
            + client.map(id -> "&client_id=" + Form.encode(id)).orElse("");
    Optional<String> endpoint = variable("IDENTITY_ENDPOINT");
    Optional<String> secret = variable("IDENTITY_HEADER");
    HttpCall call =
        endpoint.isPresent() && secret.isPresent()
            ? HttpCall.get(
                HttpCall.address(
                    "IDENTITY_ENDPOINT", endpoint.get() + "?api-version=2019-08-01&" + query),
                Map.of("X-IDENTITY-HEADER", secret.get()))
            : HttpCall.get(
                HttpCall.address(
                    "AZURE_POD_IDENTITY_AUTHORITY_HOST",
                    variable("AZURE_POD_IDENTITY_AUTHORITY_HOST").orElse("http://169.254.169.254")
                        + "/metadata/identity/oauth2/token?api-version=2018-02-01&"
                        + query),
                Map.of("Metadata", "true"));
    try {
      HttpAnswer answer = metadata.send(call, deadline.within(METADATA_MAX));
      return Form.token(answer, "give the machine a managed identity, or set client_secret");
    } catch (SealFault.Away e) {
      throw new SealFault.Away(
          "there are no Azure credentials: set client_id and client_secret, or run with a managed"
              + " identity; "
              + e.getMessage(),
          e);
    }
  }

  @Override
  public void close() {
    entra.close();
    metadata.close();
  }
}
