package strongroom.storage.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import strongroom.storage.Batch;
import strongroom.storage.StorageFault;

/** Several nodes over the cluster's link, in one process. */
@Timeout(90)
class ClusterTest {
  private static final Duration SOON = Duration.ofSeconds(5);

  @TempDir Path folder;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void write(Nodes.Node node, String key, String value) {
    node.storage().commit(new Batch().put(key, bytes(value)));
  }

  private static boolean has(Nodes.Node node, String key, String value) {
    return node.storage()
        .get(key)
        .filter(v -> new String(v, StandardCharsets.UTF_8).equals(value))
        .isPresent();
  }

  @Test
  void aNodeThatIsAloneGrowsIntoThreeAndASurvivorOfTheLeaderHasAllThatWasAcknowledged()
      throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      write(one, "early", "1");
      Nodes.Node two = nodes.join("two", one);
      Nodes.Node three = nodes.join("three", one);
      write(one, "late", "2");
      assertThat(one.storage().members().all()).extracting(Member::id).hasSize(3);
      assertThat(one.storage().lead().mayRead()).isTrue();
      assertThatThrownBy(() -> write(two, "x", "1")).isInstanceOf(StorageFault.Unavailable.class);

      nodes.stop(one);
      Nodes.Node next = nodes.leader(Optional.of(one));
      assertThat(has(next, "early", "1")).isTrue();
      assertThat(has(next, "late", "2")).isTrue();
      write(next, "after", "3");

      Nodes.Node back = nodes.start("one");
      nodes.open(back);
      Nodes.await(() -> has(back, "after", "3"));
      Nodes.Node other = next.id().equals("two") ? three : two;
      Nodes.await(() -> has(other, "after", "3"));
    }
  }

  @Test
  void aNodeThatWasAwayWhileTheLogWasPurgedGetsTheStateAndKeepsItOverARestart() throws Exception {
    try (Nodes nodes = new Nodes(folder, 20)) {
      Nodes.Node one = nodes.first("one");
      Nodes.Node two = nodes.join("two", one);
      for (int i = 0; i < 50; i++) {
        write(one, "key" + i, "v" + i);
      }
      Nodes.Node three = nodes.join("three", one);
      Nodes.await(() -> has(three, "key49", "v49"));
      assertThat(three.storage().get("key0")).isPresent();
      assertThat(three.storage().appliedIndex()).isGreaterThan(40);

      nodes.stop(three);
      Nodes.Node again = nodes.start("three");
      assertThat(has(again, "key49", "v49")).isTrue();
      nodes.open(again);
      write(one, "more", "1");
      Nodes.await(() -> has(again, "more", "1"));
      assertThat(two.storage().members().all()).hasSize(3);
    }
  }

  @Test
  void aDamagedCopyOfTheStateIsNotTaken() throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      write(one, "key", "value");
      Path copy = folder.resolve("copy");
      nodes.stop(one);
      Folders.copy(folder.resolve("one").resolve("state"), copy);
      assertThat(OrderedStore.verified(copy).getIndex()).isGreaterThanOrEqualTo(0);
      damageLargest(copy);
      assertThatThrownBy(() -> OrderedStore.verified(copy))
          .isInstanceOf(StorageFault.Damaged.class);
    }
  }

  private static void damageLargest(Path folder) throws IOException {
    Path table;
    try (Stream<Path> files = Files.list(folder)) {
      table = files.filter(f -> f.toString().endsWith(".sst")).findFirst().orElseThrow();
    }
    byte[] content = Files.readAllBytes(table);
    content[3] ^= 1;
    Files.write(table, content);
  }

  @Test
  void whoeverIsRemovedIsNoMemberAndWhoeverLosesItsVoteStaysOneWithoutIt() throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      Nodes.Node two = nodes.join("two", one);
      Nodes.Node three = nodes.join("three", one);
      one.storage().members().put(new Member("three", three.address(), "", false, false));
      assertThat(one.storage().members().all())
          .filteredOn(member -> !member.voter())
          .extracting(Member::id)
          .containsExactly("three");
      write(one, "key", "1");
      Nodes.await(() -> has(three, "key", "1"));

      one.storage().members().put(three.member());
      one.storage().members().remove("three");
      assertThat(one.storage().members().all())
          .extracting(Member::id)
          .containsExactlyInAnyOrder("one", "two");
      nodes.stop(three);
      write(one, "key", "2");
      Nodes.await(() -> has(two, "key", "2"));
    }
  }

  @Test
  void theLeadIsHandedOnWhenAskedAndWhatWasBegunInAnEarlierTermIsNotCommittedInALaterOne()
      throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      long term = one.storage().lead().serve();
      assertThat(term).isGreaterThan(0);
      Nodes.Node two = nodes.join("two", one);
      Nodes.Node three = nodes.join("three", one);
      one.storage().members().transfer("two", SOON);
      assertThat(nodes.leader(Optional.of(one)).id()).isEqualTo("two");
      assertThat(one.storage().lead().isServing()).isFalse();
      write(two, "key", "two's");

      two.storage().members().transfer("one", SOON);
      Nodes.await(() -> one.storage().lead().isHere());
      assertThat(one.storage().lead().isServing()).isFalse();
      assertThatThrownBy(
              () -> one.storage().commit(new Batch().put("key", bytes("stale")).inTerm(term)))
          .isInstanceOf(StorageFault.Unavailable.class);
      assertThat(has(one, "key", "two's")).isTrue();
      one.storage().lead().serve();
      write(one, "key", "one's");
      Nodes.await(() -> has(three, "key", "one's"));
    }
  }

  @Test
  void aLeaderThatReachesNobodyStopsAnsweringReadsAndWritesAndThenStopsLeading() throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      Nodes.Node two = nodes.join("two", one);
      Nodes.Node three = nodes.join("three", one);
      write(one, "key", "1");
      Nodes.await(() -> one.storage().lead().mayRead());
      two.link().shut();
      three.link().shut();
      Nodes.await(() -> !one.storage().lead().mayRead());
      Nodes.await(() -> !one.storage().lead().isHere());
      assertThatThrownBy(() -> write(one, "key", "2")).isInstanceOf(StorageFault.class);
      nodes.open(two);
      nodes.open(three);
      Nodes.Node next = nodes.leader(Optional.empty());
      write(next, "key", "3");
    }
  }

  @Test
  void aNodeWithDataOfItsOwnJoinsNobody() throws Exception {
    try (Nodes nodes = new Nodes(folder, 8192)) {
      Nodes.Node one = nodes.first("one");
      Nodes.Node two = nodes.first("two");
      write(two, "key", "1");
      assertThatThrownBy(() -> two.storage().join(one.storage().group()))
          .isInstanceOf(StorageFault.Unavailable.class)
          .hasMessageContaining("data of another cluster");
    }
  }
}
