package strongroom.audit;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import strongroom.audit.Subject.Holder;
import strongroom.audit.Subject.Place;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Request;
import strongroom.logical.Response;
import strongroom.logical.TimeText;
import tools.jackson.core.JsonGenerator;

/**
 * The JSON of a record, with the members that Vault's records have, in their order. Members without
 * a value are left out, as there.
 *
 * @param salt hashes values
 * @param raw whether nothing is hashed
 * @param hashAccessor whether accessors are hashed
 * @param elideLists whether lists are recorded by their length
 */
record EntryFormat(Salt salt, boolean raw, boolean hashAccessor, boolean elideLists) {
  private static final List<String> NO_KEYS = List.of();

  /** The record of a request that is about to be done, or was refused with {@code error}. */
  byte[] request(Subject subject, Instant now, String error, Map<String, AuditedHeader> headers) {
    return Json.toBytes(
        out -> {
          out.writeStartObject();
          text("time", TimeText.format(now), out);
          text("type", "request", out);
          auth(subject, out);
          asked(subject, headers, out);
          text("error", error, out);
          out.writeEndObject();
        });
  }

  /** The record of an answer; of a refusal, which has none, {@code error} tells. */
  byte[] response(
      Subject subject,
      Instant now,
      Optional<Response> response,
      String error,
      Map<String, AuditedHeader> headers) {
    return Json.toBytes(
        out -> {
          out.writeStartObject();
          text("time", TimeText.format(now), out);
          text("type", "response", out);
          auth(subject, out);
          asked(subject, headers, out);
          out.writeName("response");
          out.writeStartObject();
          subject.place().ifPresent(place -> mount(place, out));
          response.ifPresent(answer -> answered(subject, answer, out));
          out.writeEndObject();
          text("error", error, out);
          out.writeEndObject();
        });
  }

  private String secret(String value) {
    return raw ? value : salt.hash(value);
  }

  private String accessor(String value) {
    return raw || !hashAccessor || value.isEmpty() ? value : salt.hash(value);
  }

  private ValueWriter values(List<String> plain) {
    UnaryOperator<String> hash = raw ? UnaryOperator.identity() : salt::hash;
    return new ValueWriter(hash, plain);
  }

  private void auth(Subject subject, JsonGenerator out) {
    out.writeName("auth");
    out.writeStartObject();
    if (subject.holder().isPresent()) {
      Holder holder = subject.holder().get();
      text("client_token", secret(subject.request().token()), out);
      text("accessor", accessor(holder.accessor()), out);
      text("display_name", holder.displayName(), out);
      texts("policies", holder.allPolicies(), out);
      texts("token_policies", holder.policies(), out);
      texts("identity_policies", holder.identityPolicies(), out);
      texts("metadata", holder.metadata(), out);
      text("entity_id", holder.entityId(), out);
      number("remaining_uses", holder.remainingUses(), out);
      text("token_type", holder.tokenType(), out);
      number("token_ttl", holder.ttl().toSeconds(), out);
      text("token_issue_time", TimeText.format(holder.issuedAt()), out);
    } else {
      text("token_type", "default", out);
    }
    out.writeEndObject();
  }

  private void asked(Subject subject, Map<String, AuditedHeader> headers, JsonGenerator out) {
    Request request = subject.request();
    out.writeName("request");
    out.writeStartObject();
    text("id", request.id(), out);
    subject.holder().ifPresent(holder -> text("client_id", clientId(holder), out));
    text("operation", request.operation().name().toLowerCase(Locale.ROOT), out);
    subject.place().ifPresent(place -> mount(place, out));
    if (!request.token().isEmpty()) {
      text("client_token", secret(request.token()), out);
    }
    subject
        .holder()
        .ifPresent(holder -> text("client_token_accessor", accessor(holder.accessor()), out));
    out.writeName("namespace");
    out.writeStartObject();
    text("id", "root", out);
    out.writeEndObject();
    text("path", request.path(), out);
    if (!request.body().isEmpty()) {
      out.writeName("data");
      List<String> plain = subject.place().map(Place::plainRequestKeys).orElse(NO_KEYS);
      values(plain).write("", request.body(), out);
    }
    request.client().address().ifPresent(a -> text("remote_address", a.getHostAddress(), out));
    number("remote_port", request.client().port(), out);
    request.wrapTtl().ifPresent(ttl -> number("wrap_ttl", ttl.toSeconds(), out));
    headers(request, headers, out);
    request
        .client()
        .certificate()
        .flatMap(CertificateSerial::of)
        .ifPresent(serial -> text("client_certificate_serial_number", serial, out));
    out.writeEndObject();
  }

  private void headers(Request request, Map<String, AuditedHeader> headers, JsonGenerator out) {
    boolean any = headers.keySet().stream().anyMatch(request.client().headers()::containsKey);
    if (!any) {
      return;
    }
    out.writeName("headers");
    out.writeStartObject();
    headers.forEach(
        (name, header) -> {
          List<String> given = request.client().headers().get(name);
          if (given != null) {
            texts(name, header.hmac() ? given.stream().map(this::secret).toList() : given, out);
          }
        });
    out.writeEndObject();
  }

  /** As Vault counts clients: by entity, and without one by what the token may do. */
  private static String clientId(Holder holder) {
    if (!holder.entityId().isEmpty() || holder.policies().contains("root")) {
      return holder.entityId();
    }
    String input = String.join(",", holder.policies().stream().sorted().toList()) + ".root";
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(input.getBytes(StandardCharsets.UTF_8));
      return Base64.getEncoder().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }

  private static void mount(Place place, JsonGenerator out) {
    text("mount_point", place.path(), out);
    text("mount_type", place.type(), out);
    text("mount_accessor", place.accessor(), out);
    text("mount_class", place.mountClass(), out);
  }

  private void answered(Subject subject, Response answer, JsonGenerator out) {
    answer.auth().ifPresent(auth -> issued(auth, out));
    if (!answer.lease().id().isEmpty()) {
      out.writeName("secret");
      out.writeStartObject();
      text("lease_id", answer.lease().id(), out);
      out.writeEndObject();
    }
    if (answer.data().isPresent()) {
      out.writeName("data");
      List<String> plain = subject.place().map(Place::plainResponseKeys).orElse(NO_KEYS);
      boolean elide = elideLists && subject.request().operation() == Operation.LIST;
      JsonObject data =
          answer.data().get() instanceof Response.Raw(String type, byte[] bytes)
              ? JsonObject.builder()
                  .put("http_content_type", type)
                  .put("http_raw_body", new String(bytes, StandardCharsets.UTF_8))
                  .put("http_status_code", answer.status())
                  .build()
              : ValueWriter.values(answer.data().get());
      values(plain).write("", elide ? Elision.of(data) : data, out);
    }
    texts("warnings", answer.warnings(), out);
    answer.wrapping().ifPresent(wrapping -> wrapped(wrapping, out));
  }

  /** The members of a token that was issued: what is secret by name, and the rest as it is. */
  private void issued(Response.Auth auth, JsonGenerator out) {
    out.writeName("auth");
    out.writeStartObject();
    auth.body()
        .members()
        .forEach(
            (name, value) -> {
              switch (name) {
                case "client_token" -> text(name, secret(auth.clientToken()), out);
                case "accessor" -> text(name, accessor(Elision.text(value)), out);
                case "lease_duration" -> {
                  out.writeName("token_ttl");
                  value.writeTo(out);
                }
                case "policies",
                    "token_policies",
                    "identity_policies",
                    "metadata",
                    "entity_id",
                    "token_type",
                    "num_uses" -> {
                  out.writeName(name);
                  value.writeTo(out);
                }
                default -> {}
              }
            });
    out.writeEndObject();
  }

  private void wrapped(Response.Wrapping wrapping, JsonGenerator out) {
    out.writeName("wrap_info");
    out.writeStartObject();
    wrapping
        .body()
        .members()
        .forEach(
            (name, value) -> {
              switch (name) {
                case "token" -> text(name, secret(Elision.text(value)), out);
                case "accessor", "wrapped_accessor" ->
                    text(name, accessor(Elision.text(value)), out);
                case "ttl", "creation_time", "creation_path" -> {
                  out.writeName(name);
                  value.writeTo(out);
                }
                default -> {}
              }
            });
    out.writeEndObject();
  }

  private static void text(String name, String value, JsonGenerator out) {
    if (!value.isEmpty()) {
      out.writeName(name);
      out.writeString(value);
    }
  }

  private static void number(String name, long value, JsonGenerator out) {
    if (value != 0) {
      out.writeName(name);
      out.writeNumber(value);
    }
  }

  private static void texts(String name, List<String> values, JsonGenerator out) {
    if (!values.isEmpty()) {
      out.writeName(name);
      out.writeStartArray();
      values.forEach(out::writeString);
      out.writeEndArray();
    }
  }

  private static void texts(String name, Map<String, String> values, JsonGenerator out) {
    if (!values.isEmpty()) {
      out.writeName(name);
      out.writeStartObject();
      values.forEach((key, value) -> text(key, value, out));
      out.writeEndObject();
    }
  }
}
