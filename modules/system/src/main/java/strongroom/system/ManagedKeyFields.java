package strongroom.system;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Supplier;
import strongroom.logical.Fields;
import strongroom.logical.Refusal;
import strongroom.managed.keys.KeyDefinition;
import strongroom.managed.keys.KeyMechanism;
import strongroom.managed.keys.KeyUsage;

/** Reads a managed key's definition; what is not given stays as it was before. */
final class ManagedKeyFields {
  private static final int PARALLEL_MAX = 1_000;
  private static final int TEXT_LENGTH_MAX = 512;
  private static final List<String> OAEP_HASHES =
      List.of("sha1", "sha224", "sha256", "sha384", "sha512");

  private final Fields fields;
  private final Optional<KeyDefinition> before;
  private final Set<String> libraries;

  ManagedKeyFields(Fields fields, Optional<KeyDefinition> before, Set<String> libraries) {
    this.fields = fields;
    this.before = before;
    this.libraries = libraries;
  }

  KeyDefinition read(String name, Supplier<String> uuid) {
    return at(place(before.map(KeyDefinition::place)), name, uuid);
  }

  /** A key whose place is said elsewhere. */
  KeyDefinition at(KeyDefinition.Place place, String name, Supplier<String> uuid) {
    KeyDefinition.Plan plan = plan();
    return new KeyDefinition(
        name, before.map(KeyDefinition::uuid).orElseGet(uuid), place, plan, grants(plan));
  }

  private Optional<String> text(String name, Optional<String> otherwise) {
    Optional<String> text = fields.string(name).map(String::strip);
    if (text.isPresent() && text.get().length() > TEXT_LENGTH_MAX) {
      throw Refusal.invalid(name + " is longer than " + TEXT_LENGTH_MAX + " characters");
    }
    return text.or(() -> otherwise).filter(t -> !t.isEmpty());
  }

  KeyDefinition.Place place(Optional<KeyDefinition.Place> was) {
    String library =
        text("library", was.map(KeyDefinition.Place::library))
            .map(l -> l.toLowerCase(Locale.ROOT))
            .orElseThrow(() -> Refusal.invalid("missing library"));
    if (!libraries.contains(library)) {
      throw Refusal.invalid(
          "library is not the name of a kms_library stanza of the configuration; those are: "
              + (libraries.isEmpty() ? "none" : String.join(", ", libraries)));
    }
    Optional<String> slot =
        text("slot", was.flatMap(KeyDefinition.Place::slot)).map(ManagedKeyFields::slot);
    Optional<String> label = text("token_label", was.flatMap(KeyDefinition.Place::tokenLabel));
    if (slot.isEmpty() && label.isEmpty()) {
      throw Refusal.invalid("missing slot or token_label");
    }
    int parallelMax =
        fields
            .integer("max_parallel", 0, PARALLEL_MAX)
            .orElseGet(() -> was.map(p -> p.parallelMax().orElse(0)).orElse(0));
    return new KeyDefinition.Place(
        library,
        slot,
        label,
        bool("force_rw_session", was.map(KeyDefinition.Place::forceReadWrite)),
        parallelMax == 0 ? OptionalInt.empty() : OptionalInt.of(parallelMax));
  }

  private static String slot(String slot) {
    try {
      return Long.toUnsignedString(Long.parseUnsignedLong(slot));
    } catch (NumberFormatException e) {
      throw Refusal.invalid("slot must be a decimal number of up to 64 bits");
    }
  }

  private KeyDefinition.Plan plan() {
    Optional<KeyDefinition.Plan> was = before.map(KeyDefinition::plan);
    Optional<String> label = text("key_label", was.flatMap(KeyDefinition.Plan::label));
    Optional<String> id =
        text("key_id", was.flatMap(KeyDefinition.Plan::id)).map(ManagedKeyFields::hex);
    if (label.isEmpty() && id.isEmpty()) {
      throw Refusal.invalid("missing key_label or key_id");
    }
    KeyMechanism mechanism =
        fields
            .string("mechanism")
            .map(
                text ->
                    KeyMechanism.parse(text)
                        .orElseThrow(
                            () -> Refusal.invalid("mechanism is one of " + KeyMechanism.words())))
            .or(() -> was.map(KeyDefinition.Plan::mechanism))
            .orElseThrow(() -> Refusal.invalid("missing mechanism"));
    String hash = text("rsa_oaep_hash", was.map(KeyDefinition.Plan::oaepHash)).orElse("sha256");
    if (!OAEP_HASHES.contains(hash)) {
      throw Refusal.invalid("rsa_oaep_hash is one of " + String.join(", ", OAEP_HASHES));
    }
    return new KeyDefinition.Plan(
        label, id, mechanism, size(mechanism, was.map(KeyDefinition.Plan::size)), hash);
  }

  private static String hex(String id) {
    String lower = id.toLowerCase(Locale.ROOT);
    String digits = lower.startsWith("0x") ? lower.substring(2) : lower;
    if (digits.length() % 2 != 0 || !digits.matches("[0-9a-f]+")) {
      throw Refusal.invalid("key_id must be pairs of hex digits");
    }
    return digits;
  }

  private KeyDefinition.Size size(KeyMechanism mechanism, Optional<KeyDefinition.Size> was) {
    String curve = text("curve", was.map(KeyDefinition.Size::curve)).orElse("");
    int bits =
        fields
            .integer("key_bits", 0, Integer.MAX_VALUE)
            .orElseGet(() -> was.map(KeyDefinition.Size::bits).orElse(0));
    boolean fits =
        switch (mechanism) {
          case ECDSA -> List.of("", "P256", "P384", "P521").contains(curve);
          case EDDSA -> List.of("", "ED25519").contains(curve.toUpperCase(Locale.ROOT));
          case RSA_PKCS, RSA_PSS, RSA_OAEP -> List.of(0, 2048, 3072, 4096).contains(bits);
          case AES_GCM -> List.of(0, 128, 192, 256).contains(bits);
        };
    if (!fits) {
      throw Refusal.invalid(
          "curve is P256, P384 or P521 for ECDSA and Ed25519 for EdDSA; key_bits is 2048, 3072 or"
              + " 4096 for RSA and 128, 192 or 256 for AES");
    }
    return new KeyDefinition.Size(curve, bits);
  }

  private KeyDefinition.Grants grants(KeyDefinition.Plan plan) {
    Optional<KeyDefinition.Grants> was = before.map(KeyDefinition::grants);
    boolean generate = bool("allow_generate_key", was.map(KeyDefinition.Grants::generate));
    boolean sized =
        switch (plan.mechanism()) {
          case ECDSA -> !plan.size().curve().isEmpty();
          case EDDSA -> true;
          case RSA_PKCS, RSA_PSS, RSA_OAEP, AES_GCM -> plan.size().bits() > 0;
        };
    if (generate && !sized) {
      throw Refusal.invalid("allow_generate_key needs curve (ECDSA) or key_bits (RSA, AES)");
    }
    return new KeyDefinition.Grants(
        generate,
        bool("allow_replace_key", was.map(KeyDefinition.Grants::replace)),
        bool("allow_store_key", was.map(KeyDefinition.Grants::store)),
        bool("any_mount", was.map(KeyDefinition.Grants::anyMount)),
        usages(plan.mechanism(), was.map(KeyDefinition.Grants::usages)));
  }

  private Set<KeyUsage> usages(KeyMechanism mechanism, Optional<Set<KeyUsage>> was) {
    Optional<List<String>> words = fields.strings("usages");
    if (words.isEmpty()) {
      return was.orElse(mechanism.usages());
    }
    EnumSet<KeyUsage> usages = EnumSet.noneOf(KeyUsage.class);
    for (String word : words.get()) {
      usages.add(
          KeyUsage.of(word)
              .orElseThrow(() -> Refusal.invalid("usages are of " + KeyUsage.words())));
    }
    return usages.isEmpty() ? mechanism.usages() : usages;
  }

  private boolean bool(String name, Optional<Boolean> otherwise) {
    return fields.bool(name).or(() -> otherwise).orElse(false);
  }
}
