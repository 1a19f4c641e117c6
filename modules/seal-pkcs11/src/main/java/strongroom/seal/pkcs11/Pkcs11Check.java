package strongroom.seal.pkcs11;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.LibraryInfo;
import strongroom.hsm.PinSource;
import strongroom.hsm.SlotChoice;
import strongroom.hsm.TokenSettings;
import strongroom.seal.Seal.Purpose;
import strongroom.seal.SealFault;
import strongroom.secret.SecretBytes;

/**
 * Looks step by step whether an HSM can do what a stanza {@code seal "pkcs11"} asks of it. Changes
 * nothing: makes no key.
 */
public final class Pkcs11Check {
  private final Pkcs11SealSettings settings;
  private final PinSource pins;
  private final SecureRandom random;
  private final List<Step> steps = new ArrayList<>();

  private Pkcs11Check(Pkcs11SealSettings settings, PinSource pins, SecureRandom random) {
    this.settings = settings;
    this.pins = pins;
    this.random = random;
  }

  /**
   * What was looked at.
   *
   * @param what {@code library}, {@code slot}, {@code login}, {@code keys}, {@code mechanism} or
   *     {@code wrap}
   * @param good whether it is as it must be
   * @param text what was found, or what is wrong and what to do
   */
  public record Step(String what, boolean good, String text) {}

  /** The steps up to the first that is not good. A PIN is tried once at most. */
  public static List<Step> run(Pkcs11SealSettings settings, PinSource pins, SecureRandom random) {
    Pkcs11Check check = new Pkcs11Check(settings, pins, random);
    check.library();
    return check.steps;
  }

  private interface Look<T> {
    T run();
  }

  private <T> Optional<T> step(String what, Look<T> look) {
    try {
      return Optional.of(look.run());
    } catch (HsmFault e) {
      steps.add(new Step(what, false, e.getMessage() + Pkcs11Seal.hint(e, settings)));
      return Optional.empty();
    } catch (SealFault e) {
      steps.add(new Step(what, false, String.valueOf(e.getMessage())));
      return Optional.empty();
    }
  }

  private void good(String what, String text) {
    steps.add(new Step(what, true, text));
  }

  private void library() {
    Optional<HsmLibrary> opened = step("library", settings::open);
    if (opened.isEmpty()) {
      return;
    }
    try (HsmLibrary library = opened.get()) {
      LibraryInfo info = library.info();
      good(
          "library",
          "%s: %s %s, %s, PKCS#11 %s%s"
              .formatted(
                  library.path(),
                  info.description(),
                  info.version(),
                  info.manufacturer(),
                  info.cryptokiVersion(),
                  settings.isolated() ? ", in a process of its own" : ""));
      slot(library);
    } catch (HsmFault e) {
      steps.add(new Step("library", false, String.valueOf(e.getMessage())));
    }
  }

  private void slot(HsmLibrary library) {
    Optional<SlotChoice.Chosen> chosen =
        step("slot", () -> settings.choice().choose(library.slots()));
    if (chosen.isEmpty()) {
      return;
    }
    String warning = chosen.get().warning();
    good("slot", chosen.get().slot().summary() + (warning.isEmpty() ? "" : "; note: " + warning));
    TokenSettings configured = settings.token();
    TokenSettings byHand =
        new TokenSettings(
            configured.sessionsMax(), configured.callMax(), configured.readWriteSessions(), true);
    try (HsmToken token = library.token(settings.choice(), pins, byHand)) {
      if (step("login", token::slot).isPresent()) {
        good("login", "the PIN was accepted");
        keys(token);
      }
    }
  }

  private void keys(HsmToken token) {
    SealKeys keys = new SealKeys(settings);
    Optional<SealKeys.Chosen> chosen = step("keys", () -> keys.choose(token));
    if (chosen.isEmpty()) {
      return;
    }
    HsmKey key = chosen.get().key();
    good(
        "keys",
        key.summary()
            + ": "
            + key.flagText()
            + chosen.get().hmacKey().map(h -> "; HMAC key " + h.summary()).orElse(""));
    good("mechanism", chosen.get().mechanism().toString());
    try (SecretBytes probe = SecretBytes.random(32, random)) {
      Optional<byte[]> blob =
          step(
              "wrap",
              () ->
                  new Wrapping(settings, keys, token, random)
                      .wrap(chosen.get(), Purpose.PROBE, probe));
      blob.ifPresent(_ -> good("wrap", "random bytes were wrapped, unwrapped and came back equal"));
    }
  }
}
