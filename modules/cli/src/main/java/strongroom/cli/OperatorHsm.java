package strongroom.cli;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import strongroom.hsm.HsmBench;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeySearch;
import strongroom.hsm.MechanismInfo;
import strongroom.hsm.Slot;
import strongroom.hsm.TokenInfo;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;
import strongroom.seal.pkcs11.Pkcs11Check;

/** {@code operator hsm}: looks into an HSM by the code that the seal uses, without a server. */
public record OperatorHsm() implements CommandGroup {

  @Override
  public String path() {
    return "operator hsm";
  }

  @Override
  public String summary() {
    return "Look into an HSM, make keys in it and measure it";
  }

  @Override
  public String help() {
    return "The HSM is that of the seal stanza (-config=FILE), of VAULT_HSM_LIB,"
        + " VAULT_HSM_TOKEN_LABEL and VAULT_HSM_PIN, or of the flags. No server is needed.";
  }

  @Override
  public List<String> names() {
    return List.of("bench", "check", "generate-key", "keys", "mechanisms", "slots");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "slots" -> Optional.of(slots());
      case "keys" -> Optional.of(keys());
      case "mechanisms" -> Optional.of(mechanisms());
      case "check" -> Optional.of(check());
      case "generate-key" -> Optional.of(OperatorHsmKey.generate());
      case "bench" -> Optional.of(bench());
      default -> Optional.empty();
    };
  }

  private Command slots() {
    return Command.named("operator hsm slots", "Lists slots and the HSM tokens in them")
        .help("  $ %s operator hsm slots -lib=/usr/lib/softhsm/libsofthsm2.so")
        .flags(OperatorHsmTarget.FLAGS)
        .runs(
            call -> {
              List<Slot> slots = new OperatorHsmTarget(call).withLibrary(l -> l.slots());
              Table table = Table.titled("Slot", "Token Label", "Serial", "Model", "State");
              for (Slot slot : slots) {
                table.row(
                    slot.idText(),
                    slot.token().map(TokenInfo::label).orElse(""),
                    slot.token().map(TokenInfo::serial).orElse(""),
                    slot.token().map(TokenInfo::model).orElse(""),
                    slot.state());
              }
              return print(call, table, slots.stream().map(OperatorHsm::json).toList());
            });
  }

  private static JsonObject json(Slot slot) {
    return JsonObject.builder()
        .put("slot", Long.toUnsignedString(slot.id()))
        .put("description", slot.description())
        .put("token_label", slot.token().map(TokenInfo::label).orElse(""))
        .put("serial", slot.token().map(TokenInfo::serial).orElse(""))
        .put("manufacturer", slot.token().map(TokenInfo::manufacturer).orElse(""))
        .put("model", slot.token().map(TokenInfo::model).orElse(""))
        .put("initialized", slot.usable())
        .put("state", slot.state())
        .build();
  }

  private Command keys() {
    return Command.named("operator hsm keys", "Lists the keys of an HSM token")
        .help("  $ %s operator hsm keys -config=vault_config.hcl")
        .flags(OperatorHsmTarget.FLAGS)
        .runs(
            call -> {
              List<HsmKey> keys =
                  new OperatorHsmTarget(call).withToken(1, token -> token.keys(KeySearch.all()));
              Table table = Table.titled("Label", "Type", "Id", "Flags");
              keys.forEach(k -> table.row(k.label(), k.typeText(), k.id(), k.flagText()));
              return print(call, table, keys.stream().map(OperatorHsm::json).toList());
            });
  }

  static JsonObject json(HsmKey key) {
    JsonObject.Builder flags = JsonObject.builder();
    key.flags().forEach((flag, set) -> flags.put(flag.name().toLowerCase(Locale.ROOT), set));
    return JsonObject.builder()
        .put("label", key.label())
        .put("id", key.id())
        .put("type", key.typeText())
        .put("class", key.keyClass().word())
        .put("bits", key.bits())
        .put("attributes", flags.build())
        .build();
  }

  private Command mechanisms() {
    return Command.named("operator hsm mechanisms", "Lists what an HSM token can do")
        .help("  $ %s operator hsm mechanisms -config=vault_config.hcl")
        .flags(OperatorHsmTarget.FLAGS)
        .runs(
            call -> {
              OperatorHsmTarget target = new OperatorHsmTarget(call);
              List<MechanismInfo> offered =
                  target.withLibrary(
                      library -> {
                        List<Slot> slots = library.slots();
                        return library.mechanisms(target.choice(slots).choose(slots).slot());
                      });
              Table table = Table.titled("Mechanism", "Number", "Key Sizes", "Uses");
              offered.forEach(
                  m ->
                      table.row(
                          m.mechanism().name(),
                          m.mechanism().hex(),
                          m.keySizeMin() + " to " + m.keySizeMax(),
                          String.join(", ", m.uses())));
              return print(call, table, offered.stream().map(OperatorHsm::json).toList());
            });
  }

  private static JsonObject json(MechanismInfo offer) {
    return JsonObject.builder()
        .put("name", offer.mechanism().name())
        .put("number", offer.mechanism().hex())
        .put("key_size_min", offer.keySizeMin())
        .put("key_size_max", offer.keySizeMax())
        .put("uses", offer.uses())
        .build();
  }

  private Command check() {
    return Command.named("operator hsm check", "Says whether the HSM can do what the seal asks")
        .help(
            "Looks at library, slot, login, keys and mechanism, and wraps and unwraps random bytes."
                + " Changes nothing. The exit code is 2 where something is wrong.",
            "  $ %s operator hsm check -config=vault_config.hcl")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(Flag.text("key-label", "The key's label. VAULT_HSM_KEY_LABEL."))
        .runs(
            call -> {
              OperatorHsmTarget target = new OperatorHsmTarget(call);
              List<Pkcs11Check.Step> steps =
                  Pkcs11Check.run(target.settings(), target.pins(), new SecureRandom());
              boolean good = steps.stream().allMatch(Pkcs11Check.Step::good);
              if (call.out().table()) {
                steps.forEach(
                    s ->
                        call.out()
                            .line(
                                String.format(
                                    Locale.ROOT,
                                    "%-4s  %-9s  %s",
                                    s.good() ? "good" : "BAD",
                                    s.what(),
                                    s.text())));
              } else {
                call.out()
                    .value(
                        JsonObject.builder()
                            .put("good", good)
                            .put("steps", array(steps.stream().map(OperatorHsm::json).toList()))
                            .build());
              }
              return good ? 0 : 2;
            });
  }

  private static JsonObject json(Pkcs11Check.Step step) {
    return JsonObject.builder()
        .put("what", step.what())
        .put("good", step.good())
        .put("text", step.text())
        .build();
  }

  private Command bench() {
    return Command.named("operator hsm bench", "Measures calls per second by mechanism")
        .help(
            "Uses the keys that the HSM token holds, and makes none.",
            "  $ %s operator hsm bench -config=vault_config.hcl -threads=4")
        .flags(OperatorHsmTarget.FLAGS)
        .flags(
            Flag.text("label", "Measure keys with this label only."),
            Flag.number("threads", "How many calls at once; by default 1."),
            Flag.duration("duration", "How long each operation runs; by default 2s."))
        .runs(
            call -> {
              int threads = Math.clamp(call.flags().number("threads", 1), 1, 256);
              Duration each = call.flags().duration("duration").orElse(Duration.ofSeconds(2));
              List<HsmBench.Result> results =
                  new OperatorHsmTarget(call)
                      .withToken(
                          threads,
                          token ->
                              new HsmBench(token, each, threads, new SecureRandom())
                                  .run(
                                      token.keys(
                                          call.flags()
                                              .find("label")
                                              .map(KeySearch::byLabel)
                                              .orElse(KeySearch.all()))));
              Table table = Table.titled("Operation", "Key", "Calls/s", "p50", "p90", "p99", "Max");
              results.forEach(
                  r ->
                      table.row(
                          r.operation(),
                          r.key(),
                          String.format(Locale.ROOT, "%.0f", r.callsPerSecond()),
                          micros(r.p50()),
                          micros(r.p90()),
                          micros(r.p99()),
                          micros(r.max())));
              return print(call, table, results.stream().map(OperatorHsm::json).toList());
            });
  }

  private static JsonObject json(HsmBench.Result result) {
    return JsonObject.builder()
        .put("operation", result.operation())
        .put("key", result.key())
        .put("calls", result.calls())
        .put("calls_per_second", Math.round(result.callsPerSecond()))
        .put("p50_micros", result.p50().toNanos() / 1000)
        .put("p90_micros", result.p90().toNanos() / 1000)
        .put("p99_micros", result.p99().toNanos() / 1000)
        .put("max_micros", result.max().toNanos() / 1000)
        .build();
  }

  private static String micros(Duration duration) {
    return duration.toNanos() / 1000 + " µs";
  }

  static int print(Invocation call, Table table, List<JsonObject> objects) {
    if (call.out().table()) {
      call.out().line(table.render());
    } else {
      call.out().value(array(objects));
    }
    return 0;
  }

  private static JsonArray array(List<JsonObject> objects) {
    return new JsonArray(objects.stream().map(JsonValue.class::cast).toList());
  }
}
