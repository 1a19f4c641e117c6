package strongroom.config;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import strongroom.hcl.Hcl;
import strongroom.hcl.HclMember;
import strongroom.hcl.HclSyntax;

/** Reads files and folders of configuration, in order. */
final class ConfigurationFiles {
  private static final int FILE_BYTES_MAX = 4 * Hcl.TEXT_LENGTH_MAX;

  private final Problems problems;

  ConfigurationFiles(Problems problems) {
    this.problems = problems;
  }

  /** The members of all, one file after the other. */
  List<HclMember> read(List<Path> paths) {
    List<HclMember> members = new ArrayList<>();
    for (Path path : paths) {
      for (Path file : expand(path)) {
        text(file).ifPresent(text -> members.addAll(parse(file.toString(), text)));
      }
    }
    return members;
  }

  List<HclMember> parse(String name, String text) {
    try {
      return Hcl.parse(name, text).members();
    } catch (HclSyntax e) {
      problems.problem(e.at(), e.problem());
      return List.of();
    }
  }

  /** A file itself; of a folder, what ends in .hcl or .json and is no editor's copy, by name. */
  private List<Path> expand(Path path) {
    if (!Files.isDirectory(path)) {
      return List.of(path);
    }
    try (Stream<Path> entries = Files.list(path)) {
      List<Path> files =
          entries
              .filter(ConfigurationFiles::isConfiguration)
              .sorted((a, b) -> a.getFileName().toString().compareTo(b.getFileName().toString()))
              .toList();
      if (files.isEmpty()) {
        problems.problem(path.toString(), "no file in this folder ends in .hcl or .json");
      }
      return files;
    } catch (IOException e) {
      problems.problem(path.toString(), "this folder cannot be read (" + reason(e) + ")");
      return List.of();
    }
  }

  private static boolean isConfiguration(Path file) {
    String name = file.getFileName().toString();
    boolean wanted = name.endsWith(".hcl") || name.endsWith(".json");
    return wanted && !name.startsWith(".#") && !name.startsWith("#") && !Files.isDirectory(file);
  }

  private Optional<String> text(Path file) {
    byte[] bytes;
    try (var in = Files.newInputStream(file)) {
      bytes = in.readNBytes(FILE_BYTES_MAX);
    } catch (NoSuchFileException e) {
      problems.problem(file.toString(), "there is no such file");
      return Optional.empty();
    } catch (IOException e) {
      problems.problem(file.toString(), "this file cannot be read (" + reason(e) + ")");
      return Optional.empty();
    }
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      problems.problem(file.toString(), "this file is not text in UTF-8");
      return Optional.empty();
    }
  }

  private static String reason(IOException e) {
    return e.getClass().getSimpleName();
  }
}
