package strongroom.cli;

import java.security.SecureRandom;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NewKey;

/** {@code operator hsm generate-key}: makes a key in an HSM token that never leaves it. */
final class OperatorHsmKey {
  private static final int AES_BITS = 256;

  private OperatorHsmKey() {}

  static Command generate() {
    return Command.named("operator hsm generate-key", "Makes a key in the HSM that never leaves it")
        .help(
            "The key stays in the HSM token, is sensitive and not extractable; what the HSM made is"
                + " read back. Without -label the labels of the seal stanza are taken.",
            "  $ %s operator hsm generate-key -config=vault_config.hcl",
            "  $ %s operator hsm generate-key -label=vault-hsm-hmac-key -type=hmac")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(
            Flag.text(
                "label", "The key's label; by default key_label, or hmac_key_label for hmac."),
            Flag.text("type", "aes, aes-wrap, hmac or rsa; by default aes."),
            Flag.text("id", "The key's id in hex; by default random."),
            Flag.number("bits", "The key's size; by default 256, for rsa 3072."),
            Flag.onOff(
                "allow-wrap",
                "Let the key wrap and unwrap other keys too. Others can then be exported by it."))
        .runs(call -> run(call, new OperatorHsmTarget(call)));
  }

  private static int run(Invocation call, OperatorHsmTarget target) {
    NewKey wanted = wanted(call, target);
    HsmKey made =
        target.withToken(
            1,
            token -> {
              List<HsmKey> there = token.keys(KeySearch.byLabel(wanted.label()));
              if (!there.isEmpty()) {
                throw Failure.usage(
                    "The HSM token has a key with the label \""
                        + wanted.label()
                        + "\" already, and nothing was made: "
                        + there.stream().map(HsmKey::summary).collect(Collectors.joining(", ")));
              }
              return token.generate(wanted);
            });
    if (call.out().table()) {
      call.out().line("Made key " + made.summary() + ": " + made.flagText());
    } else {
      call.out().value(OperatorHsm.json(made));
    }
    return 0;
  }

  private static NewKey wanted(Invocation call, OperatorHsmTarget target) {
    String type = call.flags().find("type").orElse("aes").toLowerCase(Locale.ROOT);
    NewKey.Kind kind =
        switch (type) {
          case "aes" -> NewKey.Kind.AES;
          case "aes-wrap" -> NewKey.Kind.AES_WRAP;
          case "hmac" -> NewKey.Kind.HMAC;
          case "rsa" -> NewKey.Kind.RSA;
          default ->
              throw Failure.usage("-type is aes, aes-wrap, hmac or rsa, not \"" + type + "\"");
        };
    boolean hmac = kind == NewKey.Kind.HMAC;
    String label =
        call.flags()
            .find("label")
            .or(() -> target.value(hmac ? "hmac_key_label" : "key_label"))
            .or(() -> call.environment().find(hmac ? "HSM_HMAC_KEY_LABEL" : "HSM_KEY_LABEL"))
            .orElseThrow(() -> Failure.usage("Which label is the key to have? Give -label"));
    Optional<String> id =
        call.flags().find("id").or(() -> target.value(hmac ? "hmac_key_id" : "key_id"));
    long usual = kind == NewKey.Kind.RSA ? NewKey.RSA_BITS_MIN : AES_BITS;
    try {
      return new NewKey(
          kind,
          Math.toIntExact(call.flags().number("bits", usual)),
          label,
          id.map(KeySearch::parseId).orElseGet(() -> NewKey.randomId(new SecureRandom())),
          call.flags().on("allow-wrap"));
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }
}
