package strongroom.cli;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import strongroom.logical.JsonObject;

/** {@code operator generate-root}: a new root token, by a quorum of share holders. */
final class OperatorGenerateRoot {
  private static final String OTP_LETTERS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  /** What older servers, which tell no length, expect. */
  private static final int OTP_LENGTH = 24;

  private OperatorGenerateRoot() {}

  static Command command() {
    return Command.named("operator generate-root", "Generates a new root token")
        .arguments("[KEY]", 0, 1)
        .help(
            "Start it with -init; then each share holder runs it with a share and the nonce. The"
                + " last one gets the token, encrypted by the one-time password or a PGP key;"
                + " -decode decrypts it here.",
            "  $ %s operator generate-root -init",
            "  $ %s operator generate-root",
            "  $ %s operator generate-root -decode=... -otp=...")
        .flags(
            Flag.onOff("init", "Start."),
            Flag.onOff("cancel", "Stop and forget the shares given so far."),
            Flag.onOff("status", "Print how far it is."),
            Flag.onOff("generate-otp", "Print a one-time password for -init -otp."),
            Flag.text("decode", "The encoded token to decrypt with -otp; - reads it."),
            Flag.text("otp", "The one-time password."),
            Flag.text("pgp-key", "A file with the PGP key to encrypt the token to."),
            Flag.text("nonce", "The nonce that -init printed."),
            Flag.onOff("dr-token", "A token for disaster recovery operations instead."),
            Flag.onOff("recovery-token", "A token for recovery mode instead."))
        .runs(OperatorGenerateRoot::run);
  }

  private static int run(Invocation call) {
    Flags flags = call.flags();
    String base =
        flags.on("dr-token")
            ? "sys/replication/dr/secondary/generate-operation-token"
            : flags.on("recovery-token") ? "sys/generate-recovery-token" : "sys/generate-root";
    if (flags.on("generate-otp")) {
      return generateOtp(call, base);
    }
    if (flags.isSet("decode")) {
      return decode(call);
    }
    if (flags.on("cancel")) {
      ApiRequest request = ApiRequest.delete(base + "/attempt");
      Invocation.during("Error canceling root token generation", () -> call.client().send(request));
      call.out().line("Success! Root token generation canceled (if it was started)");
      return 0;
    }
    if (flags.on("init")) {
      return init(call, base);
    }
    if (flags.on("status")) {
      return print(call, status(call, base));
    }
    return provide(call, base);
  }

  private static JsonObject status(Invocation call, String base) {
    ApiRequest request = ApiRequest.get(base + "/attempt");
    return Invocation.during(
        "Error getting root generation status", () -> call.client().json(request));
  }

  private static int generateOtp(Invocation call, String base) {
    long length = Secret.number(status(call, base), "otp_length").orElse(OTP_LENGTH);
    SecureRandom random = new SecureRandom();
    StringBuilder otp = new StringBuilder();
    for (long i = 0; i < length; i++) {
      otp.append(OTP_LETTERS.charAt(random.nextInt(OTP_LETTERS.length())));
    }
    if (call.out().table()) {
      call.out().bare(otp.toString());
    } else {
      call.out()
          .value(JsonObject.builder().put("otp", otp.toString()).put("otp_length", length).build());
    }
    return 0;
  }

  private static int decode(Invocation call) {
    String encoded = call.flags().text("decode");
    encoded = encoded.equals("-") ? call.readInput().strip() : encoded;
    if (encoded.isEmpty()) {
      throw Failure.usage("Missing encoded value: use -decode=<string> to supply it");
    }
    String otp = call.flags().text("otp");
    if (otp.isEmpty()) {
      throw Failure.usage("Missing otp: use -otp to supply it");
    }
    String token = decode(encoded, otp);
    if (call.out().table()) {
      call.out().bare(token);
    } else {
      call.out().value(JsonObject.builder().put("token", token).build());
    }
    return 0;
  }

  /** The token: {@code encoded}, from Base64, combined with the password byte by byte. */
  static String decode(String encoded, String otp) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(encoded);
    } catch (IllegalArgumentException e) {
      throw Failure.usage("Error decoding root token: the encoded token is not Base64");
    }
    byte[] key = otp.getBytes(StandardCharsets.UTF_8);
    if (bytes.length != key.length) {
      throw Failure.usage(
          "Error decoding root token: the encoded token has "
              + bytes.length
              + " bytes and the one-time password "
              + key.length
              + "; they do not belong together");
    }
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= key[i];
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static int init(Invocation call, String base) {
    Flags flags = call.flags();
    if (flags.isSet("otp") && flags.isSet("pgp-key")) {
      throw Failure.usage("Error initializing: cannot specify both -otp and -pgp-key");
    }
    JsonObject.Builder body = JsonObject.builder();
    flags.find("otp").ifPresent(otp -> body.put("otp", otp));
    flags.find("pgp-key").ifPresent(file -> body.put("pgp_key", PgpKeyFiles.one(file)));
    ApiRequest request = ApiRequest.put(base + "/attempt", body.build());
    return print(
        call,
        Invocation.during("Error initializing root generation", () -> call.client().json(request)));
  }

  private static int provide(Invocation call, String base) {
    JsonObject status = status(call, base);
    if (!Secret.is(status, "started")) {
      throw Failure.usage(
          "No root generation is in progress. Start a root generation by running \""
              + call.program().name()
              + " operator generate-root -init\".");
    }
    boolean asks = call.arguments().isEmpty();
    String nonce = asks ? Secret.text(status, "nonce") : call.flags().text("nonce");
    if (nonce.isEmpty()) {
      throw Failure.usage("Missing nonce value: specify it via the -nonce flag");
    }
    if (asks) {
      call.out().note("Operation nonce: " + nonce);
    }
    String key = OperatorUnseal.share(call, 0, "Unseal Key (will be hidden): ");
    JsonObject body = JsonObject.builder().put("key", key).put("nonce", nonce).build();
    ApiRequest request = ApiRequest.put(base + "/update", body);
    return print(
        call, Invocation.during("Error posting unseal key", () -> call.client().json(request)));
  }

  private static int print(Invocation call, JsonObject status) {
    if (!call.out().table()) {
      call.out().value(status);
      return 0;
    }
    Table table =
        Table.plain()
            .row("Nonce", Secret.text(status, "nonce"))
            .row("Started", Boolean.toString(Secret.is(status, "started")))
            .row(
                "Progress",
                Secret.number(status, "progress").orElse(0)
                    + "/"
                    + Secret.number(status, "required").orElse(0))
            .row("Complete", Boolean.toString(Secret.is(status, "complete")))
            .rowUnlessEmpty("PGP Fingerprint", Secret.text(status, "pgp_fingerprint"));
    String encoded = Secret.text(status, "encoded_token");
    if (encoded.isEmpty()) {
      table.rowUnlessEmpty("Encoded Root Token", Secret.text(status, "encoded_root_token"));
    } else {
      table.row("Encoded Token", encoded);
    }
    String otp = Secret.text(status, "otp");
    if (!otp.isEmpty()) {
      call.out()
          .warn(
              HelpText.wrap(
                  "A One-Time-Password has been generated for you and is shown in the OTP field."
                      + " Keep it: the token that results can be decoded with it only.",
                  ""));
      table.row("OTP", otp);
    }
    Secret.number(status, "otp_length")
        .ifPresent(length -> table.row("OTP Length", Long.toString(length)));
    call.out().line(table.render());
    return 0;
  }
}
