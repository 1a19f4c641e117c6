package strongroom.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SecretBytesTest {
  private static byte[] bytes(SecretBytes secret) {
    return secret.viewSegment().toArray(ValueLayout.JAVA_BYTE);
  }

  @Test
  void takesTheContentOfAnArrayAndLeavesItZeroed() {
    byte[] source = {1, 2, 3, 4};
    try (SecretBytes secret = SecretBytes.takeFrom(source)) {
      assertThat(source).containsOnly(0);
      assertThat(bytes(secret)).containsExactly(1, 2, 3, 4);
      assertThat(secret.length()).isEqualTo(4);
    }
  }

  @Test
  void startsWithZerosWhenAllocated() {
    try (SecretBytes secret = SecretBytes.allocate(10_000)) {
      assertThat(bytes(secret)).hasSize(10_000).containsOnly(0);
    }
  }

  @Test
  void holdsNothingAtAllToo() {
    try (SecretBytes empty = SecretBytes.allocate(0);
        SecretBytes other = SecretBytes.takeFrom(new byte[0])) {
      assertThat(empty.length()).isZero();
      assertThat(empty.contentEquals(other)).isTrue();
    }
  }

  @Test
  void refusesANegativeLength() {
    assertThatThrownBy(() -> SecretBytes.allocate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void drawsFromTheGivenRandomness() {
    SecureRandom random = new SecureRandom();
    try (SecretBytes one = SecretBytes.random(32, random);
        SecretBytes two = SecretBytes.random(32, random)) {
      assertThat(one.length()).isEqualTo(32);
      assertThat(one.contentEquals(two)).isFalse();
    }
  }

  @Test
  void copiesLiveAndDieByThemselves() {
    SecretBytes original = SecretBytes.takeFrom(new byte[] {7, 8});
    try (SecretBytes copy = original.copy()) {
      original.viewSegment().set(ValueLayout.JAVA_BYTE, 0, (byte) 9);
      original.close();
      assertThat(bytes(copy)).containsExactly(7, 8);
    }
  }

  @Test
  void comparesContentNotIdentity() {
    try (SecretBytes one = SecretBytes.takeFrom(new byte[] {1, 2, 3});
        SecretBytes same = SecretBytes.takeFrom(new byte[] {1, 2, 3});
        SecretBytes lastDiffers = SecretBytes.takeFrom(new byte[] {1, 2, 4});
        SecretBytes shorter = SecretBytes.takeFrom(new byte[] {1, 2})) {
      assertThat(one.contentEquals(same)).isTrue();
      assertThat(one.contentEquals(lastDiffers)).isFalse();
      assertThat(one.contentEquals(shorter)).isFalse();
    }
  }

  @Test
  void zeroesTheHeapCopyItLendsOutEvenWhenTheUserFails() {
    List<byte[]> lent = new ArrayList<>();
    try (SecretBytes secret = SecretBytes.takeFrom(new byte[] {5, 6})) {
      int sum =
          secret.withHeapCopy(
              copy -> {
                lent.add(copy);
                return copy[0] + copy[1];
              });
      assertThat(sum).isEqualTo(11);
      assertThatThrownBy(
              () ->
                  secret.withHeapCopy(
                      copy -> {
                        lent.add(copy);
                        throw new IllegalStateException("user");
                      }))
          .hasMessage("user");
    }
    assertThat(lent).hasSize(2).allSatisfy(copy -> assertThat(copy).containsOnly(0));
  }

  @Test
  void printsItsLengthOnly() {
    SecretBytes secret = SecretBytes.takeFrom("password".getBytes(StandardCharsets.UTF_8));
    assertThat(secret.toString()).isEqualTo("SecretBytes[8 bytes]");
    secret.close();
    assertThat(secret.toString()).isEqualTo("SecretBytes[closed]");
  }

  @Test
  void cannotBeComparedByEqualsNorHashed() {
    Set<String> declared =
        Arrays.stream(SecretBytes.class.getDeclaredMethods())
            .map(Method::getName)
            .collect(Collectors.toSet());
    assertThat(declared).doesNotContain("equals", "hashCode");
  }

  @Test
  void answersNothingAfterClose() {
    SecretBytes secret = SecretBytes.takeFrom(new byte[] {1});
    MemorySegment view = secret.viewSegment();
    secret.close();
    secret.close();
    assertThat(secret.isClosed()).isTrue();
    assertThatThrownBy(secret::viewSegment).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(secret::copy).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> view.get(ValueLayout.JAVA_BYTE, 0))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void isReadBySeveralThreadsAtOnce() throws Exception {
    try (SecretBytes secret = SecretBytes.random(64, new SecureRandom());
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Boolean>> equal = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        equal.add(
            threads.submit(
                () -> {
                  try (SecretBytes copy = secret.copy()) {
                    return copy.contentEquals(secret);
                  }
                }));
      }
      for (Future<Boolean> one : equal) {
        assertThat(one.get()).isTrue();
      }
    }
  }

  @Test
  void livesOnPagesThatAreLockedOrCountedAndKeptOutOfDumpsAndForkedChildren() throws IOException {
    long unlockedBefore = NativeMemory.unlockedCount();
    try (SecretBytes secret = SecretBytes.takeFrom(new byte[] {1, 2, 3})) {
      Set<String> flags = kernelFlags(secret.viewSegment().address());
      assertThat(flags).contains("dd", "wf");
      assertThat(flags.contains("lo") || NativeMemory.unlockedCount() > unlockedBefore).isTrue();
    }
  }

  @Test
  void givesItsPagesBackWhenClosed() throws IOException {
    long before = lockedOrMarkedBytes();
    for (int i = 0; i < 200; i++) {
      SecretBytes.allocate(100_000).close();
    }
    assertThat(lockedOrMarkedBytes() - before).isLessThan(100 * 100_000L);
  }

  @Test
  void keepsTheProcessOutOfCoreDumps() {
    assertThat(NativeMemory.forbidCoreDumps()).isTrue();
  }

  /** The kernel's marks of the mapping at an address: proc(5), VmFlags of /proc/self/smaps. */
  private static Set<String> kernelFlags(long address) throws IOException {
    boolean inside = false;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-", -1);
        inside =
            Long.compareUnsigned(Long.parseUnsignedLong(range[0], 16), address) <= 0
                && Long.compareUnsigned(address, Long.parseUnsignedLong(range[1], 16)) < 0;
      } else if (inside && line.startsWith("VmFlags:")) {
        return Set.of(line.substring("VmFlags:".length()).strip().split(" +", -1));
      }
    }
    throw new IllegalStateException("no mapping holds the address");
  }

  private static long lockedOrMarkedBytes() throws IOException {
    long sum = 0;
    long size = 0;
    for (String line : Files.readAllLines(Path.of("/proc/self/smaps"))) {
      if (line.startsWith("Size:")) {
        size = Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      } else if (line.startsWith("VmFlags:") && line.contains(" wf")) {
        sum += size;
      }
    }
    return sum;
  }
}
