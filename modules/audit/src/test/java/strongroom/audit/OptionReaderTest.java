package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionReaderTest {
  @TempDir private Path folder;

  private OptionReader.Read read(String type, Map<String, String> options) {
    AuditRules rules = new AuditRules(true, false, List.of(folder));
    return new OptionReader(type, options, rules, false).read(Clock.systemUTC());
  }

  private Sink file(Path path, String... more) {
    Map<String, String> options = new HashMap<>(Map.of("file_path", path.toString()));
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    return read("file", options).sink();
  }

  @ParameterizedTest
  @CsvSource({
    "file, mode, 0700, never executable",
    "file, mode, 4600, never executable",
    "file, mode, x, octal number",
    "file, prefix, '#!/bin/sh', not allowed",
    "file, log_raw, maybe, true or false",
    "file, write_timeout, 2h, duration of up to 60 s",
    "file, format, jsonx, not supported",
    "file, fallback, true, not supported",
    "file, modus, 0600, has no option modus",
    "file, exclude, '[{\"fields\":[\"/time\"]}]', none of",
    "socket, address, nowhere, host:port",
    "socket, socket_type, sctp, 'tcp, udp or unix'",
    "syslog, facility, LOUD, facility",
    "syslog, tag, 'a b', letters",
    "pigeon, file_path, /x, 'file, syslog or socket'"
  })
  void refusesWhatIsNotFit(String type, String name, String value, String said) {
    Map<String, String> options = new HashMap<>(Map.of(name, value));
    if (type.equals("file")) {
      options.put("file_path", folder.resolve("a.log").toString());
    }
    if (type.equals("socket")) {
      options.putIfAbsent("address", "127.0.0.1:1");
    }
    assertThatThrownBy(() -> read(type, options))
        .isInstanceOf(AuditFault.class)
        .hasMessageContaining(said);
  }

  @Test
  void aFileGetsThePermissionsOfItsMode() throws IOException {
    Path plain = folder.resolve("plain.log");
    Path shared = folder.resolve("shared.log");
    file(plain).open();
    file(shared, "mode", "0640").open();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)))
        .isEqualTo("rw-------");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)))
        .isEqualTo("rw-r-----");
  }

  @Test
  void aFileOutsideOfTheAllowedFoldersIsRefusedHoweverItIsSpelt() throws IOException {
    Path allowed = Files.createDirectory(folder.resolve("in"));
    Path other = Files.createDirectory(folder.resolve("out"));
    Files.createSymbolicLink(allowed.resolve("way"), other);
    Files.writeString(other.resolve("precious"), "mine\n");
    Files.createSymbolicLink(allowed.resolve("link.log"), other.resolve("new.log"));
    Files.writeString(allowed.resolve("notes.txt"), "no record\n");
    for (String path :
        List.of(
            other + "/a.log",
            allowed + "/../out/a.log",
            allowed + "/way/a.log",
            allowed + "/link.log",
            allowed + "/notes.txt",
            "/etc/cron.d/audit",
            "/proc/self/mem",
            "relative.log")) {
      FilePlace place = new FilePlace(Path.of(path).normalize(), List.of(allowed), "");
      assertThatThrownBy(() -> new FileSink(place, Optional.empty()).open())
          .as(path)
          .isInstanceOf(AuditFault.class);
    }
    assertThat(other.resolve("new.log")).doesNotExist();
    assertThat(allowed.resolve("notes.txt")).hasContent("no record\n");
  }

  @Test
  void clientsMayNameFilesBelowVarLogWhereNothingIsSaid() {
    AuditRules rules = new AuditRules(true, false, List.of());
    assertThat(rules.foldersFor(false)).containsExactly(Path.of("/var/log"));
    assertThat(rules.foldersFor(true)).isEmpty();
  }

  @Test
  void exclusionsTakeMembersOutOfEveryRecord() {
    Exclusions exclusions =
        Exclusions.parse("[{\"fields\":[\"/request/data\",\"/auth/metadata/a~1b\",\"/no/such\"]}]");
    byte[] record =
        "{\"time\":\"t\",\"auth\":{\"metadata\":{\"a/b\":1,\"c\":2}},\"request\":{\"id\":\"i\",\"data\":{}}}"
            .getBytes(UTF_8);
    assertThat(Requests.json(exclusions.apply(record)))
        .isEqualTo(Requests.json("{'time':'t','auth':{'metadata':{'c':2}},'request':{'id':'i'}}"));
    assertThat(Exclusions.NONE.apply(record)).isSameAs(record);
  }
}
