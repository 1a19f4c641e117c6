package strongroom.engine.transit;

import java.io.ByteArrayInputStream;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.EngineStorage;
import strongroom.logical.JsonObject;
import strongroom.logical.Refusal;
import strongroom.logical.Response;

/** Certificate requests (PKCS#10, RFC 2986) of keys that sign, and the certificates they get. */
final class CertificatePaths {
  private static final int CHAIN_MAX = 20;
  private static final byte[] NO_SUBJECT = Der.sequence();
  private static final byte[] NO_ATTRIBUTES = Der.tagged(0xa0);
  private static final byte[] NULL = Der.hex("0500");

  private final KeyCache cache;
  private final KeyMaker maker;
  private final Signing signing;

  CertificatePaths(KeyCache cache, KeyMaker maker, Signing signing) {
    this.cache = cache;
    this.maker = maker;
    this.signing = signing;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("keys/{name}/csr", "A certificate request, signed by the key.")
            .field("csr", "string", "A request in PEM whose subject and attributes are taken over.")
            .field("version", "integer", "By which version; the newest by default.")
            .onWrite(this::request)
            .build(),
        Endpoint.at("keys/{name}/set-certificate", "Keep the certificates of a key.")
            .field("certificate_chain", "string", "In PEM, the key's own certificate first.")
            .field("version", "integer", "Of which version; the newest by default.")
            .onWrite(this::setChain)
            .build());
  }

  private static void check(KeyRecord record) {
    if (!record.type().signs() || record.type() == KeyType.MANAGED) {
      throw Refusal.invalid(
          "key type '" + record.type().wireName() + "' does not support certificates");
    }
    if (record.traits().derived()) {
      throw Refusal.invalid("operation not supported for keys with derivation enabled");
    }
  }

  private Response request(Call call) {
    Optional<String> template = call.fields().nonEmptyString("csr");
    return cache.require(
        call.storage(),
        KeyPaths.name(call),
        key -> {
          check(key.record());
          LoadedKey.Version version =
              key.versionToMake(call.fields().integer("version").orElse(0L), "signing");
          byte[] request = request(call, key, version, template);
          return Response.of(
              JsonObject.builder()
                  .put("csr", Pem.of("CERTIFICATE REQUEST", request))
                  .put("name", key.record().name())
                  .put("type", key.type().wireName())
                  .build());
        });
  }

  private byte[] request(
      Call call, LoadedKey key, LoadedKey.Version version, Optional<String> template) {
    byte[] subject = NO_SUBJECT;
    byte[] attributes = NO_ATTRIBUTES;
    if (template.isPresent()) {
      List<Der.Element> given = template(template.get());
      subject = given.get(1).whole();
      attributes = given.size() > 3 ? given.get(3).whole() : NO_ATTRIBUTES;
    }
    byte[] info =
        Der.sequence(Der.integer(BigInteger.ZERO), subject, version.publicKey(), attributes);
    SignOptions options =
        new SignOptions(
            hash(key.type()),
            false,
            new RsaSignature.Padding(false, hash(key.type()), RsaSignature.Padding.AUTO),
            false);
    Signing.Signed signed = signing.sign(call, key, version, options, new Signing.Item(info));
    byte[] signature =
        Base64.getDecoder().decode(VersionedText.parse(signed.text(), "signature").encoded());
    return Der.sequence(info, algorithm(key), Der.bitString(signature));
  }

  /** Version, subject, public key and attributes of a request in PEM. */
  private static List<Der.Element> template(String text) {
    List<byte[]> blocks = new ArrayList<>(Pem.blocks(text, "CERTIFICATE REQUEST"));
    blocks.addAll(Pem.blocks(text, "NEW CERTIFICATE REQUEST"));
    if (blocks.size() != 1) {
      throw Refusal.invalid("could not decode PEM CSR");
    }
    Der.Element request = Der.element(blocks.getFirst());
    List<Der.Element> parts = request.tag() == Der.SEQUENCE ? request.children() : List.of();
    List<Der.Element> info =
        parts.size() == 3 && parts.getFirst().tag() == Der.SEQUENCE
            ? parts.getFirst().children()
            : List.of();
    boolean fits =
        (info.size() == 3 || (info.size() == 4 && info.get(3).tag() == 0xa0))
            && info.getFirst().tag() == Der.INTEGER
            && info.get(1).tag() == Der.SEQUENCE;
    if (!fits) {
      throw Refusal.invalid("csr is not a certificate request");
    }
    return info;
  }

  private static HashName hash(KeyType type) {
    return switch (type) {
      case ECDSA_P384 -> HashName.SHA2_384;
      case ECDSA_P521 -> HashName.SHA2_512;
      default -> HashName.SHA2_256;
    };
  }

  /** The {@code AlgorithmIdentifier} of the signature. */
  private static byte[] algorithm(LoadedKey key) {
    return switch (key.type()) {
      case ECDSA_P256 -> Der.sequence(Der.hex("06082a8648ce3d040302"));
      case ECDSA_P384 -> Der.sequence(Der.hex("06082a8648ce3d040303"));
      case ECDSA_P521 -> Der.sequence(Der.hex("06082a8648ce3d040304"));
      case RSA_2048, RSA_3072, RSA_4096 -> Der.sequence(Der.hex("06092a864886f70d01010b"), NULL);
      // Ed25519 and ML-DSA have one name for keys and signatures (RFC 8410, RFC 9881).
      default ->
          Der.element(key.version(key.record().course().latest()).publicKey())
              .children()
              .getFirst()
              .whole();
    };
  }

  private Response setChain(Call call) {
    KeyRecord record = KeyPaths.locked(call);
    check(record);
    EngineStorage storage = call.storage();
    int latest = record.course().latest();
    int number = call.fields().integer("version", record.oldest(), latest).orElse(latest);
    String text = call.fields().requiredString("certificate_chain");
    List<X509Certificate> chain = chain(text);
    Material material = KeyStore.version(storage, record.name(), number);
    try {
      byte[] own = chain.getFirst().getPublicKey().getEncoded();
      if (!MessageDigest.isEqual(own, material.publicKey())) {
        throw Refusal.invalid("the first certificate is not of version " + number + " of the key");
      }
      List<byte[]> encoded = new ArrayList<>();
      for (X509Certificate certificate : chain) {
        encoded.add(certificate.getEncoded());
      }
      KeyStore.putVersion(storage, record.name(), number, material.withChain(encoded));
      maker.save(storage, record);
    } catch (CertificateException e) {
      throw Refusal.invalid("a certificate of the chain is damaged");
    } finally {
      material.wipe();
    }
    return Response.of(
        JsonObject.builder()
            .put("certificate_chain", text)
            .put("name", record.name())
            .put("type", record.type().wireName())
            .build());
  }

  private static List<X509Certificate> chain(String text) {
    List<byte[]> blocks = Pem.blocks(text, "CERTIFICATE");
    if (blocks.isEmpty() || blocks.size() > CHAIN_MAX) {
      throw Refusal.invalid("certificate_chain has 1 to " + CHAIN_MAX + " certificates in PEM");
    }
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      List<X509Certificate> chain = new ArrayList<>();
      for (byte[] block : blocks) {
        chain.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(block)));
      }
      return chain;
    } catch (CertificateException e) {
      throw Refusal.invalid("could not parse a certificate in the certificate chain");
    }
  }
}
