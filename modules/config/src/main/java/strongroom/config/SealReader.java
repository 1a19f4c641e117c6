package strongroom.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclString;
import strongroom.hcl.Position;
import strongroom.hcl.Spelling;

/** Reads seals. */
final class SealReader {
  private final Environment environment;
  private final Problems problems;

  SealReader(Environment environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  /** The seals of {@code blocks}; without any, the one that the environment names. */
  List<SealSettings> read(List<HclBlock> blocks) {
    List<SealSettings> seals = new ArrayList<>();
    Optional<Given> named = environment.findVault("VAULT_SEAL_TYPE");
    if (named.isPresent()) {
      String type = named.get().text().orElseThrow();
      if (blocks.isEmpty()) {
        readSeal(type, named.get().at(), named.get().at(), List.of()).ifPresent(seals::add);
      } else if (blocks.stream().noneMatch(block -> block.label().equals(type))) {
        problems.warn(named.get().at(), "it is ignored, since the configuration has a seal stanza");
      }
    }
    for (HclBlock block : blocks) {
      Position at = block.labels().getFirst().at();
      readSeal(block.label(), at, block.key().at(), block.body().members()).ifPresent(seals::add);
    }
    checkSeveral(seals);
    return seals.stream().sorted(Comparator.comparingInt(SealSettings::priority)).toList();
  }

  private Optional<Stanza> stanza(String type, Position at) {
    Stanza stanza = SealStanzas.BY_TYPE.get(type);
    if (stanza == null) {
      Set<String> types = SealStanzas.BY_TYPE.keySet();
      problems.problem(
          at,
          "there is no seal "
              + HclKey.quoted(type)
              + "; available are "
              + types.stream().map(HclKey::quoted).collect(Collectors.joining(", "))
              + Spelling.hint(type, types));
      return Optional.empty();
    }
    return Optional.of(stanza);
  }

  private Optional<SealSettings> readSeal(
      String type, Position typeAt, Position at, List<HclMember> members) {
    Optional<Stanza> known = stanza(type, typeAt);
    if (known.isEmpty()) {
      return Optional.empty();
    }
    Stanza stanza = known.get();
    StanzaReader reader = new StanzaReader(stanza, at, members, environment, problems);
    Map<String, SealParameter> parameters = new LinkedHashMap<>();
    for (SettingKey key : stanza.keys()) {
      if (!SealStanzas.isCommon(key.name()) && key.effect() == Effect.WORKS) {
        reader.given(key.name()).ifPresent(given -> take(key, given, parameters));
      }
    }
    if (type.equals("pkcs11")) {
      checkPkcs11(reader, parameters);
    }
    return Optional.of(
        new SealSettings(
            type,
            reader.text("name").orElse(type),
            reader.bool("disabled", false),
            (int) reader.whole("priority", 1, 0, 1_000),
            reader.bool("auto_unseal", true),
            parameters,
            Given.place(reader.at())));
  }

  private void take(SettingKey key, Given given, Map<String, SealParameter> parameters) {
    Optional<String> text = given.text();
    if (text.isEmpty()) {
      problems.problem(
          given.at(), HclKey.quoted(given.key()) + " takes text, not " + given.value().kind());
      return;
    }
    if (text.get().isEmpty()) {
      return;
    }
    boolean secret = SealStanzas.SECRET.contains(key.name());
    SealParameter parameter = SealParameter.of(key.name(), given, secret, environment);
    parameters.put(key.name(), parameter);
    try {
      if (secret) {
        parameter.check();
      } else {
        checkKind(key, given.at(), parameter.text());
      }
    } catch (ConfigurationFault e) {
      problems.problem(given.at(), "\"" + key.name() + "\": " + reason(e));
    }
  }

  private static String reason(ConfigurationFault fault) {
    String line = fault.problems().getFirst();
    return line.substring(line.lastIndexOf("\": ") + 3);
  }

  private void checkKind(SettingKey key, Position at, String text) {
    Given resolved = new Given(key.name(), new HclString(at, text));
    boolean fits =
        switch (key.kind()) {
          case BOOLEAN -> resolved.bool().isPresent();
          case WHOLE -> resolved.whole().isPresent();
          case BYTES -> resolved.bytes().isPresent();
          case DURATION -> resolved.duration().isPresent();
          case TEXT, TEXTS, BLOCK, ANY -> true;
        };
    if (!fits) {
      problems.problem(at, HclKey.quoted(key.name()) + " takes " + key.kind().allowed());
    }
  }

  private void checkPkcs11(StanzaReader reader, Map<String, SealParameter> parameters) {
    boolean uri = parameters.containsKey("uri");
    need(reader, parameters.containsKey("lib"), "lib", "the path of the PKCS#11 library", "LIB");
    need(reader, parameters.containsKey("pin") || uri, "pin", "the user PIN", "PIN");
    boolean slot =
        parameters.containsKey("slot")
            || parameters.containsKey("token_label")
            || parameters.containsKey("serial");
    need(reader, slot || uri, "slot", "a slot's number (or \"token_label\" instead)", "SLOT");
    boolean key = parameters.containsKey("key_label") || parameters.containsKey("key_id");
    need(reader, key || uri, "key_label", "the key's label (or \"key_id\" instead)", "KEY_LABEL");
    SealParameter label = parameters.get("key_label");
    SealParameter hmac = parameters.get("hmac_key_label");
    if (label != null && hmac != null && !problems.any() && label.text().equals(hmac.text())) {
      problems.problem(
          hmac.place(),
          "\"hmac_key_label\" names the same key as \"key_label\"; the HMAC key must be another");
    }
  }

  private void need(StanzaReader reader, boolean there, String key, String what, String variable) {
    if (!there) {
      problems.problem(
          reader.at(),
          reader.title()
              + " has no \""
              + key
              + "\": write "
              + what
              + ", or set VAULT_HSM_"
              + variable);
    }
  }

  private void checkSeveral(List<SealSettings> seals) {
    Set<String> names = new HashSet<>();
    for (SealSettings seal : seals) {
      if (!names.add(seal.name())) {
        problems.problem(
            seal.place(),
            "two seals have the name "
                + HclKey.quoted(seal.name())
                + "; give each its own with name = \"…\"");
      }
    }
    if (seals.stream().filter(s -> s.type().equals("pkcs11")).count() > 1) {
      boolean set =
          SealStanzas.PKCS11.keys().stream().anyMatch(k -> environment.find(k).isPresent());
      if (set) {
        problems.warn(
            new Position("environment variables VAULT_HSM_…", 0, 0),
            "they hold for each of the several seals \"pkcs11\"");
      }
    }
  }
}
