package strongroom.hsm;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The software token of NSS, on a key database of its own. */
public final class NssSoftoken implements Implementation {
  private NssSoftoken() {}

  /** Makes a key database, and points this process at it. */
  public static NssSoftoken provision(Path folder) {
    NssSoftoken made = new NssSoftoken();
    try {
      Path pin = Files.writeString(folder.resolve("pin"), made.pin() + "\n");
      new Programs(folder, Map.of())
          .run("certutil", "-N", "-d", "sql:" + folder, "-f", pin.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CLibrary.setEnvironment(
        "NSS_LIB_PARAMS",
        "configdir='sql:" + folder + "' certPrefix='' keyPrefix='' secmod='secmod.db' flags=");
    return made;
  }

  @Override
  public String library() {
    return Implementation.installed("libsoftokn3.so", "nss/libsoftokn3.so");
  }

  @Override
  public String tokenLabel() {
    return "NSS Certificate DB";
  }

  @Override
  public String pin() {
    return "1234pin8";
  }

  @Override
  public Map<Means, String> cannot() {
    return Map.of();
  }

  @Override
  public Map<NewKey.Kind, String> prepared() {
    return Map.of();
  }

  @Override
  public String profile() {
    return "NSS";
  }

  @Override
  public void close() {
    // No process of its own, and the folder is the test's.
  }
}
