package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VendorProfileTest {
  private static final Duration CALL_MAX = Duration.ofSeconds(10);

  @Test
  void everyProfileHasAGuideThatTheIndexNamesAndThatSaysWhatItRestsOn() throws IOException {
    Path docs = Path.of("../../docs/hsm");
    String index = Files.readString(docs.resolve("README.md"));
    for (VendorProfile vendor : Vendors.ALL) {
      assertThat(index).contains("(" + vendor.guide() + ")");
      String guide = Files.readString(docs.resolve(vendor.guide()));
      boolean saysNotTried = guide.contains("Not tried on the real device.");
      assertThat(saysNotTried)
          .as(vendor.name())
          .isEqualTo(vendor.tried() == VendorProfile.Tried.NOT_ON_THE_DEVICE);
      assertThat(vendor.sources()).isNotEmpty();
    }
  }

  @Test
  void aProfileIsChosenByFileNameThenByWhatLibraryAndTokenSay() {
    for (VendorProfile vendor : Vendors.ALL) {
      for (String place : vendor.places()) {
        assertThat(VendorProfile.ofFile(place)).as(place).contains(vendor);
      }
    }
    LibraryInfo unnamed = new LibraryInfo("2.40", "SafeNet", "Chrystoki", "10.4");
    assertThat(VendorProfile.of("/opt/x/lib.so", unnamed).orElseThrow().name()).contains("Luna");
    assertThat(VendorProfile.of("/opt/x/lib.so", new LibraryInfo("2.40", "Else", "Else", "1.0")))
        .isEmpty();
    assertThat(VendorProfile.ofFile("/opt/x/libcloudhsm_pkcs11.so").orElseThrow().sessions())
        .isEqualTo(VendorProfile.Sessions.READ_WRITE_ONLY);
  }

  @Test
  void aMissingLibrarySaysWhereItsVendorPutsIt() {
    assertThatThrownBy(() -> HsmLibrary.open("/wrong/libcknfast.so", CALL_MAX))
        .isInstanceOf(HsmFault.Library.class)
        .hasMessageContaining("/opt/nfast/toolkits/pkcs11/libcknfast.so")
        .hasMessageContaining("docs/hsm/nshield.md");
  }

  @Test
  void aLibraryThatTakesReadWriteSessionsOnlyIsGivenNoOthers(@TempDir Path folder)
      throws IOException {
    SoftHsmToken soft = SoftHsmToken.provision(folder, "read-write", "1234");
    FaultLibrary built = FaultLibrary.build(folder, soft.library());
    assertThat(sessionsToMakeAKey(built, built.path(), soft)).isEqualTo(2);
    Path named = Files.copy(built.path(), folder.resolve("libcloudhsm_pkcs11.so"));
    assertThat(sessionsToMakeAKey(built, named, soft)).isEqualTo(1);
  }

  /** A read-only session beside the pool's needs a read-write one to make a key. */
  private static int sessionsToMakeAKey(FaultLibrary counts, Path path, SoftHsmToken soft) {
    try (HsmLibrary library = HsmLibrary.open(path.toString(), CALL_MAX);
        HsmToken token =
            library.token(
                SlotChoice.byLabel("read-write"), soft.pinSource(), TokenSettings.defaults())) {
      counts.calls("C_OpenSession");
      NewKey key =
          NewKey.usual(NewKey.Kind.AES, String.valueOf(path.getFileName()), new SecureRandom());
      assertThat(token.generate(key).is(KeyFlag.SENSITIVE)).isTrue();
      return counts.calls("C_OpenSession");
    }
  }

  @Test
  void profilesAreToldApart() {
    List<String> marks = Vendors.ALL.stream().flatMap(v -> v.marks().stream()).toList();
    assertThat(marks).doesNotHaveDuplicates().allMatch(m -> m.equals(m.toLowerCase(Locale.ROOT)));
  }
}
