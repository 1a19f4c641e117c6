package strongroom.config;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import strongroom.hcl.HclBlock;
import strongroom.hcl.HclKey;

/** Reads the libraries of managed keys. Names are in lower case, as managed keys name them. */
final class KmsLibraryReader {
  private final Environment environment;
  private final Problems problems;

  KmsLibraryReader(Environment environment, Problems problems) {
    this.environment = environment;
    this.problems = problems;
  }

  List<KmsLibrarySettings> read(List<HclBlock> blocks) {
    List<KmsLibrarySettings> libraries = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (HclBlock block : blocks) {
      if (!block.label().equals("pkcs11")) {
        problems.problem(
            block.labels().getFirst().at(),
            "there is no kms_library " + HclKey.quoted(block.label()) + "; there is \"pkcs11\"");
        continue;
      }
      StanzaReader reader =
          StanzaReader.of(ServerStanzas.KMS_LIBRARY, block, environment, problems);
      Optional<String> name = reader.text("name").map(n -> n.toLowerCase(Locale.ROOT));
      Optional<String> library = reader.text("library");
      if (name.isEmpty() || library.isEmpty()) {
        problems.problem(
            reader.at(), "kms_library \"pkcs11\" needs \"name\" and \"library\"; write both");
      } else if (!names.add(name.get())) {
        problems.problem(
            reader.at(),
            "two kms_library stanzas have the name "
                + HclKey.quoted(name.get())
                + "; give each its own");
      } else {
        libraries.add(
            new KmsLibrarySettings(
                name.get(), library.get(), reader.bool("isolate_library", false)));
      }
    }
    return libraries;
  }
}
