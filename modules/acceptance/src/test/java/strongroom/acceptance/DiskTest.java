package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The disk is full, or lies. */
class DiskTest {
  @TempDir Path folder;

  @Test
  void goesOnReadingOnAFullDiskAndWritesAgainOnceThereIsRoom() throws Exception {
    Path disk = Files.createDirectory(folder.resolve("disk"));
    Command.run(Map.of(), "mount", "-t", "tmpfs", "-o", "size=256m", "tmpfs", disk.toString())
        .expectSuccess();
    try {
      SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
      try (Server server = Server.seed(disk, hsm, "generate_key = \"true\"").start()) {
        Api api = server.api().as(server.initialize());
        api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
        api.put("secret/before", "{'a':'b'}").expect(204);

        Path filler = disk.resolve("filler");
        fill(filler);
        String value = "{'a':'" + "x".repeat(100_000) + "'}";
        Api.Answer refused = null;
        for (int i = 0; i < 3_000 && (refused == null || refused.status() < 500); i++) {
          refused = api.put("secret/fill" + i, value);
        }
        assertThat(refused.status()).isBetween(500, 507);
        assertThat(refused.text()).containsIgnoringCase("disk");
        api.get("secret/before").expect(200);
        assertThat(server.health()).isEqualTo(200);

        Files.delete(filler);
        server.await(
            "writes go on",
            Duration.ofSeconds(60),
            () -> api.put("secret/after", "{'a':'b'}").status() == 204);
        server.kill();
        server.start().awaitHealth(200);
        api.get("secret/before").expect(200);
        api.get("secret/after").expect(200);
      }
    } finally {
      Command.run(Map.of(), "umount", "-l", disk.toString()).expectSuccess();
    }
  }

  private static void fill(Path filler) throws IOException {
    byte[] block = new byte[1 << 20];
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(block);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("space");
    }
  }

  @Test
  void namesADamagedFileAndNeverServesADamagedValue() throws Exception {
    SoftHsm hsm = SoftHsm.provision(folder, "vault-hsm-token");
    try (Server server = Server.seed(folder, hsm, "generate_key = \"true\"").start()) {
      Api api = server.api().as(server.initialize());
      api.put("sys/mounts/secret", "{'type':'kv'}").expect(204);
      for (int i = 0; i < 200; i++) {
        api.put("secret/k" + i, "{'v':'" + "value".repeat(40) + i + "'}").expect(204);
      }
      assertThat(server.terminate()).isZero();
      assertThatOnlyItsUserMayRead(server.data());

      List<Path> damaged = damageEveryDataFile(server.data());
      assertThat(damaged).isNotEmpty();
      server.startAndAwaitEndOrHealth();
      if (server.process().isAlive()) {
        for (int i = 0; i < 200; i++) {
          Api.Answer answer = api.get("secret/k" + i);
          if (answer.status() == 200) {
            assertThat(answer.string("data.v")).isEqualTo("value".repeat(40) + i);
          } else {
            assertThat(answer.status()).isGreaterThanOrEqualTo(500);
          }
        }
        assertThat(server.health()).isNotEqualTo(501);
      }
      assertThat(damaged)
          .as(server.log())
          .anySatisfy(file -> assertThat(server.log()).contains(file.getFileName().toString()));
    }
  }

  private static void assertThatOnlyItsUserMayRead(Path data) throws IOException {
    try (Stream<Path> all = Files.walk(data)) {
      assertThat(all)
          .hasSizeGreaterThan(8)
          .allSatisfy(
              file ->
                  assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                      .as(file.toString())
                      .isEqualTo(Files.isDirectory(file) ? "rwx------" : "rw-------"));
    }
  }

  /** Flips bytes in the middle of every file that holds data. */
  private static List<Path> damageEveryDataFile(Path data) throws IOException {
    List<Path> files;
    try (Stream<Path> all = Files.walk(data)) {
      files =
          all.filter(Files::isRegularFile)
              .filter(
                  file -> {
                    String name = file.getFileName().toString();
                    return name.endsWith(".sst") || name.startsWith("log");
                  })
              .filter(file -> file.toFile().length() > 4096)
              .toList();
    }
    for (Path file : files) {
      try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
        for (long at = 2048; at < Math.min(bytes.length(), 60_000); at += 997) {
          bytes.seek(at);
          int old = bytes.read();
          bytes.seek(at);
          bytes.write(old ^ 0x55);
        }
      }
    }
    return files;
  }
}
