package strongroom.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;
import strongroom.config.Configuration;
import strongroom.config.ConfigurationFault;
import strongroom.config.SealParameter;
import strongroom.config.SealSettings;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.PinSource;
import strongroom.hsm.Slot;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenSettings;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.Pkcs11SealSettings;
import strongroom.secret.SecretBytes;

/**
 * Which HSM a command of {@code operator hsm} means: the seal stanza of {@code -config}, over it
 * the environment's {@code VAULT_HSM_…} and {@code BAO_HSM_…}, over both the flags.
 */
final class OperatorHsmTarget {
  private static final List<String> PLACES = List.of("lib", "slot", "token_label", "serial", "uri");

  static final List<Flag> FLAGS =
      List.of(
          Flag.list("config", "A configuration file or folder with the seal stanza; repeatable."),
          Flag.text("lib", "The PKCS#11 library. VAULT_HSM_LIB."),
          Flag.text("slot", "The slot's number, decimal or 0x hex. VAULT_HSM_SLOT."),
          Flag.text("token-label", "The HSM token's label. VAULT_HSM_TOKEN_LABEL."),
          Flag.text("serial", "The HSM token's serial number. VAULT_HSM_SERIAL."),
          Flag.text(
              "pin",
              "Where the PIN is: file:///PATH or env://NAME; VAULT_HSM_PIN is the better place."
                  + " Asked for at the terminal where it is not given."),
          Flag.onOff(
              "isolate", "Run the library in a process of its own, as isolate_library does."),
          Flag.duration("timeout", "How long a call may take; by default 10s."));

  private final Invocation call;
  private final Map<String, String> values;

  /** Reads files and flags, and opens nothing. */
  OperatorHsmTarget(Invocation call) {
    this(call, stanzas(call, call.flags().list("config")).getFirst());
  }

  /**
   * One for each seal "pkcs11" of each configuration that {@code -config} names, by the file's
   * name; where none is named, the one that environment and flags mean.
   */
  static Map<String, OperatorHsmTarget> each(Invocation call) {
    Map<String, OperatorHsmTarget> targets = new LinkedHashMap<>();
    List<String> files = call.flags().list("config");
    if (files.isEmpty()) {
      targets.put("this machine", new OperatorHsmTarget(call));
    }
    for (String file : files) {
      List<Map<String, String>> stanzas = stanzas(call, List.of(file));
      for (Map<String, String> stanza : stanzas) {
        String seal = stanzas.size() == 1 ? "" : " seal " + stanza.getOrDefault("name", "");
        targets.put(file + seal, new OperatorHsmTarget(call, stanza));
      }
    }
    return targets;
  }

  private OperatorHsmTarget(Invocation call, Map<String, String> stanza) {
    this.call = call;
    values = new HashMap<>(stanza);
    PLACES.forEach(
        name ->
            call.environment()
                .find("HSM_" + name.toUpperCase(Locale.ROOT))
                .ifPresent(value -> values.put(name, value)));
    call.environment().find("HSM_PIN").ifPresent(value -> values.put("pin", value));
    for (String name : List.of("slot", "token_label", "serial")) {
      if (call.flags().isSet(name.replace('_', '-'))) {
        // One way to name the HSM token replaces another.
        List.of("slot", "token_label", "serial", "uri").forEach(values::remove);
      }
    }
    for (String name : List.of("lib", "slot", "token_label", "serial", "pin")) {
      call.flags().find(name.replace('_', '-')).ifPresent(value -> values.put(name, value));
    }
    call.environment().find("HSM_KEY_LABEL").ifPresent(v -> values.put("key_label", v));
    call.flags().find("key-label").ifPresent(value -> values.put("key_label", value));
    if (call.flags().on("isolate")) {
      values.put("isolate_library", "true");
    }
    call.flags()
        .duration("timeout")
        .ifPresent(t -> values.put("max_operation_duration", t.toMillis() + "ms"));
  }

  /** The parameters of each seal "pkcs11" of the configuration that {@code files} make up. */
  private static List<Map<String, String>> stanzas(Invocation call, List<String> names) {
    List<Path> files = names.stream().map(Path::of).toList();
    if (files.isEmpty()) {
      return List.of(Map.of());
    }
    try (Configuration configuration =
        Configuration.load(files, call.environment().all(), Map.of())) {
      List<Map<String, String>> stanzas =
          configuration.settings().seals().stream()
              .filter(seal -> seal.type().equals("pkcs11"))
              // A disabled one is being left: what is made or looked for is wanted in the other.
              .sorted(Comparator.comparing(SealSettings::disabled))
              .map(OperatorHsmTarget::resolved)
              .toList();
      if (stanzas.isEmpty()) {
        throw Failure.usage(
            "The configuration " + String.join(", ", names) + " has no seal \"pkcs11\"");
      }
      return stanzas;
    } catch (ConfigurationFault e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, String> resolved(SealSettings seal) {
    Map<String, String> resolved = new HashMap<>();
    seal.parameters().forEach((name, parameter) -> resolved.put(name, text(parameter)));
    resolved.put("name", seal.name());
    return resolved;
  }

  private static String text(SealParameter parameter) {
    try (SecretBytes bytes = parameter.takeSecret()) {
      return bytes.withHeapCopy(copy -> new String(copy, StandardCharsets.UTF_8));
    }
  }

  /** What {@code env://NAME} and {@code file:///path} refer to; other text is itself. */
  private String resolved(String value) {
    if (value.startsWith("env://")) {
      String name = value.substring("env://".length());
      return call.environment()
          .exactly(name)
          .orElseThrow(() -> Failure.usage("The environment has no variable " + name));
    }
    if (!value.startsWith("file://")) {
      return value;
    }
    String path = value.substring("file://".length());
    try {
      return Files.readString(Path.of(path)).strip();
    } catch (IOException e) {
      throw Failure.usage("The file " + path + " cannot be read: " + e.getMessage());
    }
  }

  /** A parameter of the stanza, as flags and environment changed it. */
  Optional<String> value(String name) {
    return Optional.ofNullable(values.get(name)).filter(v -> !v.isEmpty());
  }

  /** The whole stanza; for a check. */
  Pkcs11SealSettings settings() {
    try {
      return Pkcs11SealSettings.parse(values);
    } catch (SealFault.Configuration e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** Runs {@code work} with the library. */
  <T> T withLibrary(Function<HsmLibrary, T> work) {
    String path =
        value("lib")
            .orElseThrow(
                () ->
                    Failure.usage(
                        "Which PKCS#11 library? Give -lib, -config or VAULT_HSM_LIB; found in the"
                            + " usual places: "
                            + found()));
    try (HsmLibrary library = open(path)) {
      return work.apply(library);
    } catch (HsmFault e) {
      throw failure(e);
    } catch (ConfigurationFault e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  private HsmLibrary open(String path) {
    return Boolean.parseBoolean(value("isolate_library").orElse("false").strip())
        ? HsmLibrary.openIsolated(path, callMax())
        : HsmLibrary.open(path, callMax());
  }

  /** Runs {@code work} logged in to the HSM token. */
  <T> T withToken(int sessions, Function<HsmToken, T> work) {
    return withLibrary(
        library -> {
          TokenSettings settings =
              new TokenSettings(OptionalInt.of(sessions), callMax(), false, true);
          try (HsmToken token = library.token(choice(library.slots()), pins(), settings)) {
            return work.apply(token);
          }
        });
  }

  /** The slot that is meant; the only one with an initialized HSM token where none is named. */
  SlotChoice choice(List<Slot> slots) {
    List<Slot> usable = slots.stream().filter(Slot::usable).toList();
    boolean named =
        List.of("slot", "token_label", "serial", "uri").stream()
            .anyMatch(name -> value(name).isPresent());
    if (!named && usable.size() == 1) {
      return SlotChoice.bySlot(usable.getFirst().id());
    }
    if (value("uri").isPresent()) {
      return settings().choice();
    }
    try {
      return new SlotChoice(
          value("slot")
              .map(text -> OptionalLong.of(SlotChoice.parseSlot(text)))
              .orElse(OptionalLong.empty()),
          value("token_label"),
          value("serial"));
    } catch (IllegalArgumentException e) {
      throw Failure.usage(String.valueOf(e.getMessage()));
    }
  }

  /** The PIN as configured, or asked for at the terminal. */
  PinSource pins() {
    Optional<String> configured = value("pin");
    return () -> {
      String pin =
          configured.isPresent()
              ? resolved(configured.get())
              : call.askSecret("PIN of the HSM token: ", "set VAULT_HSM_PIN");
      return SecretBytes.takeFrom(pin.getBytes(StandardCharsets.UTF_8));
    };
  }

  Duration callMax() {
    return call.flags().duration("timeout").orElse(TokenSettings.CALL_MAX_DEFAULT);
  }

  private static String found() {
    List<String> found = HsmLibrary.usualLibraries().stream().map(Path::toString).toList();
    return found.isEmpty() ? "none" : String.join(", ", found);
  }

  static Failure failure(HsmFault fault) {
    return Failure.remote(String.valueOf(fault.getMessage()));
  }
}
