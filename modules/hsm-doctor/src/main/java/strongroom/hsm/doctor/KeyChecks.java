package strongroom.hsm.doctor;

import java.util.List;
import java.util.Optional;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeyFlag;
import strongroom.hsm.KeySearch;
import strongroom.hsm.NewKey;

/** Making, finding, describing and destroying keys. */
final class KeyChecks {
  private static final String AREA = "keys";
  private final Workbench bench;

  KeyChecks(Workbench bench) {
    this.bench = bench;
  }

  void run() {
    for (NewKey.Kind kind : NewKey.Kind.values()) {
      bench.check(AREA, "makes " + word(kind), () -> attributes(kind));
    }
    bench.check(AREA, "finds by label and by id, and nothing else", this::finds);
    bench.check(AREA, "tells keys of one label apart", this::namesakes);
    bench.check(AREA, "destroys", this::destroys);
  }

  private static String word(NewKey.Kind kind) {
    return switch (kind) {
      case AES -> "an AES key that encrypts";
      case AES_WRAP -> "an AES key that wraps";
      case HMAC -> "a secret for HMACs";
      case RSA -> "an RSA pair that decrypts";
    };
  }

  private String attributes(NewKey.Kind kind) throws Workbench.Wrong {
    HsmKey key = bench.shared(kind);
    Workbench.must(!key.is(KeyFlag.EXTRACTABLE), "it can be extracted");
    Workbench.must(!key.isNot(KeyFlag.SENSITIVE), "its value can be read");
    Workbench.must(!key.isNot(KeyFlag.PRIVATE), "it can be used without a login");
    Workbench.must(!key.isNot(KeyFlag.TOKEN), "it ends with the session");
    return key.typeText() + ": " + key.flagText();
  }

  private String finds() throws Workbench.Wrong {
    HsmKey key = bench.make(NewKey.Kind.AES, "found");
    Optional<String> label = Optional.of(key.label());
    Optional<String> id = Optional.of(key.id());
    Optional<String> otherId = Optional.of(NewKey.randomId(bench.random()));
    Workbench.must(found(label, Optional.empty()).size() == 1, "not found by its label");
    Workbench.must(found(Optional.empty(), id).size() == 1, "not found by its id");
    Workbench.must(found(label, id).size() == 1, "not found by label and id");
    Workbench.must(found(label, otherId).isEmpty(), "found by an id that is not its own");
    return "";
  }

  private List<HsmKey> found(Optional<String> label, Optional<String> id) {
    return bench.token().keys(new KeySearch(label, id, Optional.empty()));
  }

  private String namesakes() throws Workbench.Wrong {
    HsmKey one = bench.make(NewKey.Kind.AES, "twin");
    HsmKey other = bench.make(NewKey.Kind.AES, "twin");
    Workbench.must(
        found(Optional.of(one.label()), Optional.empty()).size() == 2,
        "two keys of one label are not found as two");
    Workbench.must(
        found(Optional.of(one.label()), Optional.of(other.id())).equals(List.of(other)),
        "the id does not tell them apart");
    return "";
  }

  private String destroys() throws Workbench.Wrong {
    HsmKey key = bench.make(NewKey.Kind.AES, "destroyed");
    bench.token().destroy(key);
    Workbench.must(
        found(Optional.of(key.label()), Optional.empty()).isEmpty(), "it is there afterwards");
    try {
      bench.token().destroy(key);
      throw new Workbench.Wrong("it can be destroyed twice");
    } catch (HsmFault.Missing e) {
      return "";
    }
  }
}
