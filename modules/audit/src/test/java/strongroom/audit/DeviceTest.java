package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeviceTest {
  private final FakeSink sink = new FakeSink();
  private final Device device = device(sink, Duration.ofMillis(200));

  /** Keeps lines; refuses or hangs as told. */
  private static final class FakeSink implements Sink {
    final List<List<String>> writes = new CopyOnWriteArrayList<>();
    volatile boolean full;
    volatile CountDownLatch hangs = new CountDownLatch(0);
    volatile int opened;

    @Override
    public void open() {
      opened++;
    }

    @Override
    public void write(List<byte[]> lines) throws IOException {
      try {
        hangs.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (full) {
        throw new IOException("No space left on device");
      }
      writes.add(lines.stream().map(line -> new String(line, UTF_8)).toList());
    }

    @Override
    public void abort() {}

    @Override
    public void close() {}
  }

  private static Device device(Sink sink, Duration timeout) {
    DeviceEntry entry = new DeviceEntry("d/", "u", "file", "", Map.of(), false, false);
    DeviceOptions options =
        new DeviceOptions(false, true, false, false, true, "", timeout, Exclusions.NONE);
    Device made = new Device(entry, options, new Salt(new byte[Salt.BYTES]), sink);
    made.start();
    return made;
  }

  @AfterEach
  void close() {
    sink.hangs.countDown();
    device.close();
  }

  private CompletableFuture<Boolean> submit(String record, Device... devices) {
    CompletableFuture<Boolean> outcome = new CompletableFuture<>();
    Ticket ticket = new Ticket(devices.length, outcome::complete);
    for (Device each : devices) {
      each.submit(List.of(record.getBytes(UTF_8)), ticket);
    }
    return outcome;
  }

  private boolean stored(String record, Device... devices) throws Exception {
    return submit(record, devices).get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatWaitsWhileAWriteLastsIsWrittenTogether() throws Exception {
    sink.hangs = new CountDownLatch(1);
    CompletableFuture<Boolean> first = submit("0", device);
    while (!device.busy()) {
      Thread.onSpinWait();
    }
    List<CompletableFuture<Boolean>> rest =
        List.of(submit("1", device), submit("2", device), submit("3", device));
    sink.hangs.countDown();
    assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
    for (CompletableFuture<Boolean> each : rest) {
      assertThat(each.get(30, TimeUnit.SECONDS)).isTrue();
    }
    assertThat(sink.writes).containsExactly(List.of("0\n"), List.of("1\n", "2\n", "3\n"));
  }

  @Test
  void aFullDeviceRefusesAndTakesRecordsAgainOnceItCan() throws Exception {
    sink.full = true;
    assertThat(stored("a", device)).isFalse();
    assertThat(device.troubled()).isTrue();
    sink.full = false;
    assertThat(stored("b", device)).isTrue();
    assertThat(device.troubled()).isFalse();
    assertThat(sink.writes).containsExactly(List.of("b\n"));
  }

  @Test
  void aDeviceThatHangsIsGivenUpAtItsTimeLimitAndRefusesAtOnceUntilItGoesOn() throws Exception {
    sink.hangs = new CountDownLatch(1);
    CompletableFuture<Boolean> hanging = submit("a", device);
    while (!hanging.isDone()) {
      device.watch();
      Thread.sleep(5);
    }
    assertThat(hanging.get()).isFalse();
    assertThat(submit("b", device)).isCompletedWithValue(false);
    assertThat(device.troubled()).isTrue();
    sink.hangs.countDown();
    while (!stored("c", device)) {
      Thread.sleep(5);
    }
    assertThat(sink.writes.getLast()).containsExactly("c\n");
  }

  @Test
  void oneDeviceThatTakesTheRecordIsEnough() throws Exception {
    FakeSink other = new FakeSink();
    Device second = device(other, Duration.ofSeconds(30));
    try {
      sink.hangs = new CountDownLatch(1);
      assertThat(stored("a", device, second)).isTrue();
      other.full = true;
      sink.hangs.countDown();
      assertThat(stored("b", device, second)).isTrue();
    } finally {
      second.close();
    }
  }

  @Test
  void opensAnewWhenAskedTo() throws Exception {
    assertThat(stored("a", device)).isTrue();
    device.reopen();
    assertThat(stored("b", device)).isTrue();
    assertThat(sink.opened).isEqualTo(2);
  }

  @Test
  void aClosedDeviceTakesNothing() throws Exception {
    device.close();
    assertThat(stored("a", device)).isFalse();
  }
}
