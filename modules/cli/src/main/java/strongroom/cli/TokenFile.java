package strongroom.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the token of the last login is kept: {@code ~/.vault-token}, readable by the user alone, or
 * the program that {@code token_helper} in {@code ~/.vault} names, which is called with {@code
 * get}, {@code store} or {@code erase}.
 */
public final class TokenFile {
  private static final Pattern HELPER =
      Pattern.compile("(?m)^\\s*\"?token_helper\"?\\s*[=:]\\s*\"([^\"]+)\"");

  private final Path file;
  private final Path configuration;

  TokenFile(Environment environment) {
    Path home = Path.of(environment.home());
    file = home.resolve(".vault-token");
    configuration =
        environment.find("CONFIG_PATH").map(Path::of).orElseGet(() -> home.resolve(".vault"));
  }

  /**
   * Keeps {@code token} for the user whose environment this is.
   *
   * @throws Failure where it cannot be written
   */
  public static void keep(String token, Map<String, String> environment) {
    new TokenFile(new Environment(environment, false)).store(token);
  }

  /** The token kept, where there is one. */
  Optional<String> read() {
    Optional<String> helper = helper();
    if (helper.isPresent()) {
      return Optional.of(run(helper.get(), "get", "").strip()).filter(t -> !t.isEmpty());
    }
    try {
      return Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty());
    } catch (IOException e) {
      if (Files.exists(file)) {
        throw Failure.usage("cannot read the token from " + file);
      }
      return Optional.empty();
    }
  }

  /** Keeps {@code token} instead of the last. */
  void store(String token) {
    Optional<String> helper = helper();
    if (helper.isPresent()) {
      run(helper.get(), "store", token);
      return;
    }
    Set<PosixFilePermission> mine = PosixFilePermissions.fromString("rw-------");
    // A link is followed, since people keep their dot files elsewhere.
    Path target = file;
    try {
      if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && Files.exists(file)) {
        target = file.toRealPath();
      }
      Path folder = target.toAbsolutePath().getParent();
      Path fresh =
          Files.createTempFile(
              folder, ".vault-token", "", PosixFilePermissions.asFileAttribute(mine));
      try {
        Files.writeString(fresh, token);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        Files.deleteIfExists(fresh);
      }
    } catch (IOException e) {
      throw Failure.usage("cannot write " + target + ": " + e.getClass().getSimpleName());
    }
  }

  /** Forgets the token kept, where there is one. */
  void erase() {
    Optional<String> helper = helper();
    if (helper.isPresent()) {
      run(helper.get(), "erase", "");
      return;
    }
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw Failure.usage("cannot delete " + file);
    }
  }

  private Optional<String> helper() {
    if (!Files.isReadable(configuration) || !Files.isRegularFile(configuration)) {
      return Optional.empty();
    }
    try {
      Matcher matcher = HELPER.matcher(Files.readString(configuration));
      return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    } catch (IOException e) {
      throw Failure.usage("cannot read " + configuration);
    }
  }

  private static String run(String helper, String verb, String input) {
    try {
      Process process = new ProcessBuilder(helper, verb).redirectErrorStream(false).start();
      try (OutputStream stdin = process.getOutputStream()) {
        stdin.write(input.getBytes(StandardCharsets.UTF_8));
      }
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        throw Failure.usage(
            "the token helper " + helper + " failed to " + verb + " with exit code " + code);
      }
      return output;
    } catch (IOException e) {
      throw Failure.usage("the token helper " + helper + " cannot be run");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw Failure.usage("interrupted");
    }
  }
}
