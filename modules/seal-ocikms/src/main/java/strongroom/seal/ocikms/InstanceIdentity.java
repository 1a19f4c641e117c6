package strongroom.seal.ocikms;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import strongroom.logical.Json;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonNumber;
import strongroom.logical.JsonObject;
import strongroom.seal.SealFault;
import strongroom.seal.envelope.Deadline;
import strongroom.seal.http.HttpAnswer;
import strongroom.seal.http.HttpCall;
import strongroom.seal.http.HttpService;
import strongroom.tls.Pem;
import strongroom.tls.PemFault;

/**
 * An instance by the certificate that its metadata service has: the federation service gives a
 * token for it and for a key pair made here, which signs until the token is near its end (OCI
 * documentation, "Calling Services from an Instance").
 */
final class InstanceIdentity implements OciIdentity {
  private static final Duration METADATA_MAX = Duration.ofSeconds(2);
  private static final Duration MARGIN = Duration.ofMinutes(5);
  private static final Duration LIFETIME_DEFAULT = Duration.ofMinutes(10);
  private static final Pattern TENANT =
      Pattern.compile("opc-(?:tenant|identity):([A-Za-z0-9._-]+)");

  private final Map<String, String> environment;
  private final Clock clock;
  private final HttpService metadata =
      new HttpService("the OCI metadata service", Optional.empty());
  private final HttpService federation =
      new HttpService("the OCI federation service", Optional.empty());

  /** Held while a token is fetched, so that it is fetched once. */
  private final ReentrantLock fetching = new ReentrantLock();

  private @Nullable OciSignature known; // guarded by fetching
  private Instant renewal = Instant.EPOCH; // guarded by fetching

  InstanceIdentity(Map<String, String> environment, Clock clock) {
    this.environment = environment;
    this.clock = clock;
  }

  @Override
  public OciSignature signature(Deadline deadline) {
    String what = "the OCI federation service";
    try {
      if (!fetching.tryLock(deadline.left(what).toNanos(), TimeUnit.NANOSECONDS)) {
        throw deadline.missed(what);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw deadline.missed(what);
    }
    try {
      OciSignature signature = known;
      if (signature == null || !clock.instant().isBefore(renewal)) {
        signature = fetch(deadline);
        known = signature;
      }
      return signature;
    } finally {
      fetching.unlock();
    }
  }

  private OciSignature fetch(Deadline deadline) {
    try {
      Pem certificate = pem("identity/cert.pem", deadline);
      X509Certificate leaf = certificate.certificates().getFirst();
      Matcher tenant = TENANT.matcher(leaf.getSubjectX500Principal().getName());
      if (!tenant.find()) {
        throw new SealFault.Configuration(
            "the instance's certificate names no tenancy: " + leaf.getSubjectX500Principal(), null);
      }
      OciSignature instance =
          new OciSignature(
              tenant.group(1) + "/fed-x509/" + fingerprint(leaf),
              pem("identity/key.pem", deadline).privateKey());
      KeyPair session = keyPair();
      JsonObject body =
          JsonObject.builder()
              .put("certificate", encoded(leaf.getEncoded()))
              .put("publicKey", encoded(session.getPublic().getEncoded()))
              .put("intermediateCertificates", intermediates(deadline))
              .build();
      HttpAnswer answer =
          federation.send(
              instance.post(
                  endpoint(deadline),
                  Json.toBytes(body),
                  OciSignature.FOR_FEDERATION,
                  clock.instant()),
              deadline);
      if (!answer.good()) {
        throw answer.fault(
            answer.text("code").orElse(""), "see the instance's dynamic group and its clock");
      }
      String token = answer.needText("token");
      renewal = renewal(token);
      return new OciSignature("ST$" + token, session.getPrivate());
    } catch (PemFault e) {
      throw new SealFault.Away("the instance's certificate: " + e.getMessage(), e);
    } catch (GeneralSecurityException e) {
      throw new SealFault.Away("the instance's certificate cannot be used", e);
    }
  }

  private JsonArray intermediates(Deadline deadline) throws GeneralSecurityException {
    List<String> all = new ArrayList<>();
    for (X509Certificate certificate : pem("identity/intermediate.pem", deadline).certificates()) {
      all.add(encoded(certificate.getEncoded()));
    }
    return JsonArray.ofStrings(all);
  }

  private HttpAnswer metadata(String path, Deadline deadline) {
    String base =
        environment.getOrDefault("OCI_METADATA_BASE_URL", "http://169.254.169.254/opc/v2");
    try {
      HttpAnswer answer =
          metadata.send(
              HttpCall.get(
                  HttpCall.address(
                      "OCI_METADATA_BASE_URL", base.replaceAll("/+$", "") + "/" + path),
                  Map.of("Authorization", "Bearer Oracle")),
              deadline.within(METADATA_MAX));
      if (!answer.good()) {
        throw answer.fault("", "is this an instance of Oracle's cloud?");
      }
      return answer;
    } catch (SealFault.Away e) {
      throw new SealFault.Away(
          "the instance has no identity: set auth_type_api_key = \"true\" to use ~/.oci/config; "
              + e.getMessage(),
          e);
    }
  }

  private Pem pem(String path, Deadline deadline) {
    return Pem.text(path, metadata(path, deadline).body());
  }

  private URI endpoint(Deadline deadline) {
    String given = environment.getOrDefault("OCI_SDK_AUTH_CLIENT_REGION_URL", "");
    if (!given.isEmpty()) {
      return HttpCall.address(
          "OCI_SDK_AUTH_CLIENT_REGION_URL", given.replaceAll("/+$", "") + "/v1/x509");
    }
    HttpAnswer region = metadata("instance/regionInfo", deadline);
    String host =
        "auth."
            + region.needText("regionIdentifier")
            + "."
            + region.text("realmDomainComponent").orElse("oraclecloud.com");
    if (!host.matches("[a-z0-9.-]+")) {
      throw new SealFault.Away(region.from() + " named a region that is none", null);
    }
    return URI.create("https://" + host + "/v1/x509");
  }

  private Instant renewal(String token) {
    Instant now = clock.instant();
    Instant end = end(token).filter(e -> e.isAfter(now)).orElse(now.plus(LIFETIME_DEFAULT));
    Duration half = Duration.between(now, end).dividedBy(2);
    return end.minus(half.compareTo(MARGIN) < 0 ? half : MARGIN);
  }

  private static Optional<Instant> end(String token) {
    String[] parts = token.split("\\.", -1);
    try {
      return Json.parseObject(Base64.getUrlDecoder().decode(parts.length == 3 ? parts[1] : ""))
          .member("exp")
          .filter(JsonNumber.class::isInstance)
          .map(value -> Instant.ofEpochSecond(((JsonNumber) value).toLong().orElse(0)));
    } catch (Json.MalformedJson | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static KeyPair keyPair() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  /** The service compares it with the certificate it is sent, and knows it as SHA-1 only. */
  private static String fingerprint(X509Certificate certificate) throws GeneralSecurityException {
    return HexFormat.ofDelimiter(":")
        .withUpperCase()
        .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded()));
  }

  private static String encoded(byte[] der) {
    return new String(Base64.getEncoder().encode(der), US_ASCII);
  }

  @Override
  public void forget() {
    fetching.lock();
    try {
      known = null;
    } finally {
      fetching.unlock();
    }
  }

  @Override
  public void close() {
    forget();
    metadata.close();
    federation.close();
  }
}
