package strongroom.hsm.doctor;

import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.HsmToken;
import strongroom.hsm.LibraryInfo;
import strongroom.hsm.TokenInfo;
import strongroom.hsm.VendorProfile;

/**
 * Runs all that the seal and managed keys need of an HSM against one. Makes keys, and destroys them
 * again; touches no key that it has not made.
 */
public final class Conformance {
  /** What labels of all keys begin with that are made here. */
  public static final String LABEL_PREFIX = "strongroom-conformance-";

  private static final int RANDOM_BYTES = 8192;
  private static final int RANDOM_AT_ONCE = 1024;
  private static final int PARALLEL = 8;

  private final String product;
  private final Clock clock;
  private final SecureRandom random;

  /**
   * Runs nothing yet.
   *
   * @param product our name and version, for the report
   */
  public Conformance(String product, Clock clock, SecureRandom random) {
    this.product = product;
    this.clock = clock;
    this.random = random;
  }

  /**
   * Runs everything.
   *
   * @param token opens the HSM token; asked twice, to see that it can be logged in to again
   * @throws strongroom.hsm.HsmFault where the HSM token cannot be used at all
   */
  public ConformanceReport run(HsmLibrary library, Supplier<HsmToken> token) {
    List<ConformanceCheck> checks = new ArrayList<>();
    String prefix = LABEL_PREFIX + HexFormat.of().toHexDigits(random.nextInt()) + "-";
    Map<String, String> hsm;
    try (HsmToken open = token.get()) {
      hsm = facts(library, open.slot().token().orElseThrow());
      Workbench bench = new Workbench(open, random, prefix, checks);
      bench.check("session", "logs in", () -> "");
      bench.check("session", "random bytes", () -> random(open));
      bench.check("session", "eight callers at once", () -> parallel(open));
      try {
        new KeyChecks(bench).run();
        new CipherChecks(bench).run();
        new SealChecks(bench).run();
        new ManagedKeyChecks(bench).run();
      } finally {
        checks.add(ConformanceReport.cleaned(bench.clear()));
      }
    }
    try (HsmToken again = token.get()) {
      new Workbench(again, random, prefix, checks)
          .check("session", "logs in again after all sessions were closed", () -> used(again));
    }
    return new ConformanceReport(product, clock.instant(), hsm, List.copyOf(checks));
  }

  private static String used(HsmToken token) {
    token.slot();
    return "";
  }

  private static Map<String, String> facts(HsmLibrary library, TokenInfo token) {
    LibraryInfo info = library.info();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("library", info.description());
    facts.put("library_version", info.version());
    facts.put("library_manufacturer", info.manufacturer());
    facts.put("cryptoki", info.cryptokiVersion());
    facts.put("manufacturer", token.manufacturer());
    facts.put("model", token.model());
    facts.put(
        "profile", library.profile(Optional.of(token)).map(VendorProfile::name).orElse("none"));
    facts.put(
        "sessions_max",
        token.sessionsMax().isPresent()
            ? Long.toString(token.sessionsMax().getAsLong())
            : "untold or without limit");
    return facts;
  }

  private static String random(HsmToken token) throws Workbench.Wrong {
    byte[] bytes = new byte[RANDOM_BYTES];
    for (int at = 0; at < bytes.length; at += RANDOM_AT_ONCE) {
      System.arraycopy(token.random(RANDOM_AT_ONCE), 0, bytes, at, RANDOM_AT_ONCE);
    }
    Workbench.must(!Arrays.equals(token.random(32), token.random(32)), "the same bytes come twice");
    String wrong = Randomness.wrongWith(bytes).orElse("");
    Workbench.must(wrong.isEmpty(), wrong);
    return RANDOM_BYTES + " bytes show nothing unusual";
  }

  private static String parallel(HsmToken token) {
    return "served by " + Parallel.sessions(token, PARALLEL) + " sessions";
  }
}
