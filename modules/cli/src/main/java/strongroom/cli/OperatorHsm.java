package strongroom.cli;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeySearch;
import strongroom.hsm.MechanismInfo;
import strongroom.hsm.Slot;
import strongroom.hsm.TokenInfo;
import strongroom.logical.JsonArray;
import strongroom.logical.JsonObject;
import strongroom.logical.JsonValue;

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
    return List.of("bench", "conformance", "doctor", "generate-key", "keys", "mechanisms", "slots");
  }

  @Override
  public Optional<CommandNode> child(String name) {
    return switch (name) {
      case "slots" -> Optional.of(slots());
      case "keys" -> Optional.of(keys());
      case "mechanisms" -> Optional.of(mechanisms());
      case "generate-key" -> Optional.of(OperatorHsmKey.generate());
      case "bench" -> Optional.of(OperatorHsmBench.command());
      case "conformance" -> Optional.of(OperatorHsmConformance.command());
      case "doctor" -> Optional.of(OperatorHsmDoctor.command());
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

  static int print(Invocation call, Table table, List<JsonObject> objects) {
    if (call.out().table()) {
      call.out().line(table.render());
    } else {
      call.out().value(array(objects));
    }
    return 0;
  }

  static JsonArray array(List<JsonObject> objects) {
    return new JsonArray(objects.stream().map(JsonValue.class::cast).toList());
  }
}
