package strongroom.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclMember;

/** Reads the stanzas {@code seal}. What a seal's parameters mean is the seal's to know. */
final class SealReader {
  /** The variables of the pkcs11 seal, behind {@code VAULT_HSM_}, and their parameters. */
  private static final Map<String, String> HSM_VARIABLES =
      Map.ofEntries(
          Map.entry("LIB", "lib"),
          Map.entry("SLOT", "slot"),
          Map.entry("TOKEN_LABEL", "token_label"),
          Map.entry("SERIAL", "serial"),
          Map.entry("URI", "uri"),
          Map.entry("PIN", "pin"),
          Map.entry("KEY_LABEL", "key_label"),
          Map.entry("DEFAULT_KEY_LABEL", "default_key_label"),
          Map.entry("KEY_ID", "key_id"),
          Map.entry("HMAC_KEY_LABEL", "hmac_key_label"),
          Map.entry("HMAC_DEFAULT_KEY_LABEL", "default_hmac_key_label"),
          Map.entry("HMAC_KEY_ID", "hmac_key_id"),
          Map.entry("MECHANISM", "mechanism"),
          Map.entry("HMAC_MECHANISM", "hmac_mechanism"),
          Map.entry("GENERATE_KEY", "generate_key"),
          Map.entry("FORCE_RW_SESSION", "force_rw_session"),
          Map.entry("MAX_PARALLEL", "max_parallel"),
          Map.entry("RSA_ENCRYPT_LOCAL", "rsa_encrypt_local"),
          Map.entry("RSA_OAEP_HASH", "rsa_oaep_hash"));

  /** Older spellings, so that the environment wins over them too. */
  private static final Map<String, String> ALIASES =
      Map.of("module", "lib", "token", "token_label", "label", "key_label");

  private final Environment environment;
  private final Problems problems;

  SealReader(Environment environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  List<SealSettings> read(List<HclBlock> blocks) {
    List<SealSettings> seals =
        new ArrayList<>(blocks.stream().map(this::read).toList());
    Optional<String> type = environment.find("SEAL_TYPE");
    boolean named = type.isPresent() && seals.stream().anyMatch(s -> s.type().equals(type.get()));
    if (type.isPresent() && !named && !type.get().equals("shamir")) {
      seals.add(settings(type.get(), "VAULT_SEAL_TYPE", new LinkedHashMap<>()));
    }
    return List.copyOf(seals);
  }

  private SealSettings read(HclBlock block) {
    Map<String, String> values = new LinkedHashMap<>();
    for (HclMember member : block.body().members()) {
      Optional<String> text = Stanza.asText(member.value());
      if (text.isEmpty()) {
        problems.error(
            member.value().at(), member.name() + " is text, not " + member.value().kind());
      } else if (!text.get().isEmpty()) {
        values.put(ALIASES.getOrDefault(member.name(), member.name()), text.get());
      }
    }
    return settings(block.label(), block.key().at().toString(), values);
  }

  private SealSettings settings(String type, String place, Map<String, String> values) {
    if (type.equals("pkcs11")) {
      HSM_VARIABLES.forEach(
          (variable, parameter) ->
              environment.find("HSM_" + variable).ifPresent(value -> values.put(parameter, value)));
    }
    String disabled = values.getOrDefault("disabled", "false");
    return new SealSettings(
        type, place, disabled.equals("true") || disabled.equals("1"), values);
  }
}
