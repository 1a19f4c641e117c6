package strongroom.hsm.doctor;

import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmObserver;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeySearch;
import strongroom.hsm.LibraryInfo;
import strongroom.hsm.MechanismInfo;
import strongroom.hsm.Slot;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenInfo;
import strongroom.hsm.TokenSettings;
import strongroom.hsm.VendorProfile;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.SealTrial;
import strongroom.secret.SecretBytes;

/** Looks into one node's HSM, from the library down, as far as it gets. */
final class Examination {
  private static final Duration CLOCK_APART_MAX = Duration.ofMinutes(1);
  private static final Duration MEASURED_MAX = Duration.ofSeconds(2);
  private static final int MEASURED_CALLS_MAX = 100;
  private static final int RANDOM_BYTES = 8192;
  private static final int RANDOM_AT_ONCE = 1024;

  private final Patient patient;
  private final Refusals refusals;
  private final KeyComparison comparison;
  private final Clock clock;
  private final SecureRandom random;
  private final Map<String, String> facts = new LinkedHashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  Examination(
      Patient patient,
      Refusals refusals,
      KeyComparison comparison,
      Clock clock,
      SecureRandom random) {
    this.patient = patient;
    this.refusals = refusals;
    this.comparison = comparison;
    this.clock = clock;
    this.random = random;
  }

  Report run() {
    try (HsmLibrary library = patient.settings().open(HsmObserver.NONE)) {
      library(library);
    } catch (HsmFault e) {
      fault("library", e, "see the library's path (lib), its vendor's client and its network");
    }
    return new Report(patient.name(), Collections.unmodifiableMap(facts), List.copyOf(findings));
  }

  private void fault(String area, HsmFault e, String advice) {
    findings.add(Finding.fault(area, SealTrial.told(e, patient.settings()), advice));
  }

  private void library(HsmLibrary library) {
    LibraryInfo info = library.info();
    facts.put("library", library.path());
    facts.put("library_description", info.description());
    facts.put("library_version", info.version());
    facts.put("cryptoki_version", info.cryptokiVersion());
    findings.add(
        Finding.fine(
            "library",
            "%s: %s %s by %s, PKCS#11 %s%s"
                .formatted(
                    library.path(),
                    info.description(),
                    info.version(),
                    info.manufacturer(),
                    info.cryptokiVersion(),
                    patient.settings().isolated() ? ", in a process of its own" : "")));
    SlotChoice.Chosen chosen;
    try {
      chosen = patient.settings().choice().choose(library.slots());
    } catch (HsmFault e) {
      fault("slot", e, "\"operator hsm slots\" lists what the library shows");
      return;
    }
    Slot slot = chosen.slot();
    facts.put("slot", slot.idText());
    findings.add(
        chosen.warning().isEmpty()
            ? Finding.fine("slot", slot.summary())
            : Finding.warning("slot", chosen.warning(), "name the HSM token by token_label"));
    Optional<VendorProfile> profile = library.profile(slot.token());
    facts.put("profile", profile.map(VendorProfile::name).orElse(""));
    findings.add(
        Finding.note(
            "profile",
            profile
                .map(VendorProfile::summary)
                .orElse("none: the standard is all that is known of this HSM")));
    TokenInfo token = slot.token().orElseThrow();
    token(token);
    try {
      mechanisms(library.mechanisms(slot));
    } catch (HsmFault e) {
      fault("mechanisms", e, "ask the HSM's vendor why it does not tell what it offers");
    }
    if (mayLogIn(token)) {
      logIn(library, token, profile);
    }
  }

  private void token(TokenInfo token) {
    facts.put("token_label", token.label());
    facts.put("serial", token.serial());
    facts.put("manufacturer", token.manufacturer());
    facts.put("model", token.model());
    if (token.inErrorState()) {
      findings.add(
          Finding.fault("token", "the HSM says that it is out of order", "ask its vendor"));
    }
    if (token.writeProtected()) {
      findings.add(Finding.note("token", "write-protected: no key can be made or destroyed in it"));
    }
    Instant now = clock.instant();
    token
        .clock()
        .ifPresentOrElse(
            time -> {
              Duration apart = Duration.between(time, now).abs();
              String text = "the HSM's clock is " + apart.toSeconds() + " s away from this one";
              findings.add(
                  apart.compareTo(CLOCK_APART_MAX) > 0
                      ? Finding.warning("clock", text, "set the wrong one of the two")
                      : Finding.fine("clock", text));
            },
            () -> findings.add(Finding.note("clock", "the HSM tells no time")));
  }

  private boolean mayLogIn(TokenInfo token) {
    if (token.pinLocked()) {
      findings.add(
          Finding.fault(
              "pin",
              "the PIN is locked",
              "its security officer unlocks it or sets a new one; then give that to every node"));
      return false;
    }
    if (token.pinFinalTry()) {
      findings.add(
          Finding.fault(
              "pin",
              "one more wrong PIN locks the HSM token; it was not tried",
              "find who gives the wrong PIN, then log in once with the right one, which resets the"
                  + " count: operator hsm keys"));
      return false;
    }
    if (token.pinCountLow()) {
      findings.add(
          Finding.warning(
              "pin",
              "a wrong PIN was given since the last right one",
              "find who gives it: nodes, scripts, other applications of this HSM"));
    }
    if (refusals.refused(token)) {
      findings.add(
          Finding.fault(
              "pin",
              "this HSM token refused the PIN of another node's configuration; none is tried again",
              "correct that PIN and run this again"));
      return false;
    }
    return true;
  }

  private void logIn(HsmLibrary library, TokenInfo info, Optional<VendorProfile> profile) {
    TokenSettings settings = patient.settings().token();
    try (HsmToken token = library.token(patient.settings().choice(), patient.pins(), settings)) {
      long start = System.nanoTime();
      token.slot();
      Duration took = Duration.ofNanos(System.nanoTime() - start);
      findings.add(Finding.fine("pin", "the PIN was accepted, within " + took.toMillis() + " ms"));
      keys(token, profile);
      sessions(token, info);
      entropy(token);
    } catch (HsmFault.PinRefused e) {
      refusals.note(info);
      fault("pin", e, "correct the PIN; it was tried once and is not tried again");
    } catch (HsmFault e) {
      fault("token", e, "see docs/hsm/faults.md for this answer");
    }
  }

  private void keys(HsmToken token, Optional<VendorProfile> profile) {
    SealTrial trial = new SealTrial(patient.settings(), token, random);
    SealTrial.Chosen chosen;
    try {
      chosen = trial.choose();
    } catch (HsmFault e) {
      fault("key", e, "");
      return;
    }
    facts.put("key_label", chosen.key().label());
    facts.put("key_id", chosen.key().id());
    facts.put("mechanism", chosen.mechanism().name());
    List<HsmKey> all = token.keys(KeySearch.all());
    findings.addAll(KeyFindings.of(chosen.key(), patient.settings().key(), profile, all));
    chosen
        .hmacKey()
        .ifPresent(
            hmac ->
                findings.addAll(KeyFindings.of(hmac, patient.settings().hmacKey(), profile, all)));
    try (SecretBytes probe = SecretBytes.random(32, random)) {
      byte[] blob = trial.wrap(probe);
      findings.add(
          Finding.fine(
              "wrap",
              "wrapped and unwrapped by " + chosen.mechanism() + ", and it came back the same"));
      comparison.compare(patient, trial, probe, blob).forEach(findings::add);
      latency(Latencies.of(() -> trial.wrap(probe), MEASURED_CALLS_MAX, MEASURED_MAX));
    } catch (HsmFault e) {
      fault("wrap", e, "the seal would not work: nothing can be initialized or rotated with it");
    } catch (SealFault e) {
      findings.add(Finding.fault("wrap", String.valueOf(e.getMessage()), ""));
    }
  }

  private void mechanisms(List<MechanismInfo> offered) {
    String wrapping =
        offered.stream()
            .filter(
                m ->
                    m.mechanism()
                        .name()
                        .matches(
                            "CKM_AES_(GCM|CBC_PAD|KEY_WRAP_(KWP|PAD))|CKM_RSA_PKCS_OAEP|CKM_SHA(256|384|512)_HMAC"))
            .map(m -> m.mechanism().name())
            .distinct()
            .collect(Collectors.joining(", "));
    facts.put("mechanisms", Integer.toString(offered.size()));
    findings.add(
        Finding.fine(
            "mechanisms",
            offered.size()
                + " offered; of those that the seal can use: "
                + (wrapping.isEmpty() ? "none" : wrapping)));
  }

  private void latency(Latencies took) {
    facts.put("wrap_p50_us", Long.toString(took.p50().toNanos() / 1000));
    facts.put("wrap_p99_us", Long.toString(took.p99().toNanos() / 1000));
    Duration deadline = patient.settings().token().callMax();
    boolean slow = took.p99().multipliedBy(4).compareTo(deadline) > 0;
    String text = "wrapping with its proof takes " + took.text();
    findings.add(
        slow
            ? Finding.warning(
                "latency",
                text + "; the deadline is " + deadline.toMillis() + " ms",
                "raise max_operation_duration, or see what slows the HSM down")
            : Finding.fine("latency", text));
  }

  private void sessions(HsmToken token, TokenInfo info) {
    int wanted =
        patient.settings().token().sessionsMax().orElse(TokenSettings.SESSIONS_MAX_DEFAULT);
    int open = Parallel.sessions(token, wanted);
    String allowed =
        info.sessionsMax().isPresent()
            ? Long.toString(info.sessionsMax().getAsLong())
            : "as many as are asked for";
    String text =
        wanted
            + " callers at once (max_parallel) were served, by "
            + open
            + " sessions; the HSM allows "
            + allowed;
    boolean few = info.sessionsMax().isPresent() && info.sessionsMax().getAsLong() < wanted;
    findings.add(
        few
            ? Finding.warning(
                "sessions",
                text,
                "lower max_parallel, or raise the HSM's limit: other nodes share it")
            : Finding.fine("sessions", text));
  }

  private void entropy(HsmToken token) {
    byte[] bytes = new byte[RANDOM_BYTES];
    try {
      for (int at = 0; at < bytes.length; at += RANDOM_AT_ONCE) {
        System.arraycopy(token.random(RANDOM_AT_ONCE), 0, bytes, at, RANDOM_AT_ONCE);
      }
    } catch (HsmFault e) {
      findings.add(
          Finding.note(
              "entropy", "the HSM gives no random bytes, so it cannot augment: " + e.getMessage()));
      return;
    }
    findings.add(
        Randomness.wrongWith(bytes)
            .map(
                wrong ->
                    Finding.fault(
                        "entropy",
                        "the HSM's random bytes are not random: " + wrong,
                        "use none of its keys before its vendor has said why"))
            .orElseGet(
                () ->
                    Finding.fine("entropy", RANDOM_BYTES + " random bytes show nothing unusual")));
  }
}
