package strongroom.hsm.doctor;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.HsmToken;
import strongroom.hsm.KeyClass;
import strongroom.hsm.KeySearch;
import strongroom.hsm.Mechanism;
import strongroom.hsm.NewKey;
import strongroom.seal.SealFault;

/**
 * Where the checks of a conformance run lay what they make and note what they see. Everything made
 * has a label of this run, by which it is found again to be destroyed.
 */
final class Workbench {
  private static final int LONG_HMAC_BITS = 512;

  private final HsmToken token;
  private final SecureRandom random;
  private final String prefix;
  private final List<ConformanceCheck> checks;
  private final Map<NewKey.Kind, HsmKey> shared = new EnumMap<>(NewKey.Kind.class);

  Workbench(HsmToken token, SecureRandom random, String prefix, List<ConformanceCheck> checks) {
    this.token = token;
    this.random = random;
    this.prefix = prefix;
    this.checks = checks;
  }

  /** What a check does; the text says what was seen. */
  interface Trial {
    String run() throws Wrong;
  }

  /** What came out is not what must come out. */
  static final class Wrong extends Exception {
    private static final long serialVersionUID = 1;

    Wrong(String message) {
      super(message);
    }
  }

  /** Tries, and notes what came of it. */
  boolean check(String area, String name, Trial trial) {
    try {
      checks.add(new ConformanceCheck(area, name, ConformanceCheck.Outcome.WORKS, trial.run()));
      return true;
    } catch (Wrong | HsmFault.Unsound e) {
      note(area, name, ConformanceCheck.Outcome.FAILS, e);
    } catch (HsmFault e) {
      boolean lacks = !e.remedy().passesByItself() || e instanceof HsmFault.Rejected;
      note(area, name, lacks ? ConformanceCheck.Outcome.LACKS : ConformanceCheck.Outcome.FAILS, e);
    } catch (SealFault e) {
      note(area, name, ConformanceCheck.Outcome.LACKS, e);
    }
    return false;
  }

  private void note(String area, String name, ConformanceCheck.Outcome outcome, Exception e) {
    checks.add(
        new ConformanceCheck(
            area, name, outcome, String.valueOf(e.getMessage()).replace(prefix, "RUN")));
  }

  static void must(boolean holds, String otherwise) throws Wrong {
    if (!holds) {
      throw new Wrong(otherwise);
    }
  }

  HsmToken token() {
    return token;
  }

  SecureRandom random() {
    return random;
  }

  /** A label of this run. */
  String label(String name) {
    return prefix + name;
  }

  /** Makes a key of this run. */
  HsmKey make(NewKey.Kind kind, String name) {
    return token.generate(NewKey.usual(kind, label(name), random));
  }

  /** A key of this run that checks share: RSA pairs take HSMs seconds. */
  HsmKey shared(NewKey.Kind kind) {
    HsmKey known = shared.get(kind);
    if (known == null) {
      known = make(kind, kind.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      shared.put(kind, known);
    }
    return known;
  }

  /** A secret as long as what {@code mechanism} makes: some HSMs take none that is shorter. */
  HsmKey hmac(Mechanism mechanism) {
    if (mechanism.equals(Mechanism.SHA256_HMAC)) {
      return shared(NewKey.Kind.HMAC);
    }
    String id = NewKey.randomId(random);
    return token.generate(
        new NewKey(NewKey.Kind.HMAC, LONG_HMAC_BITS, label(mechanism.name()), id, false));
  }

  HsmKey publicHalf(HsmKey key) {
    return token
        .keys(
            new KeySearch(
                Optional.of(key.label()), Optional.of(key.id()), Optional.of(KeyClass.PUBLIC)))
        .stream()
        .findFirst()
        .orElseThrow(() -> new HsmFault.Missing("the HSM shows no public half"));
  }

  /** Destroys all that this run has made; gives how many keys are left. */
  int clear() {
    ours().forEach(this::destroy);
    return ours().size();
  }

  private void destroy(HsmKey key) {
    try {
      token.destroy(key);
    } catch (HsmFault e) {
      note("end", "destroys " + key.typeText(), ConformanceCheck.Outcome.FAILS, e);
    }
  }

  private List<HsmKey> ours() {
    return token.keys(KeySearch.all()).stream()
        .filter(key -> key.label().startsWith(prefix))
        .toList();
  }
}
