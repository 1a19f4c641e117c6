package strongroom.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Measures three real servers that are one cluster and share one HSM: writes beside bare Ratis,
 * reads through a standby beside those at the leader, and how long nobody can write when the leader
 * is killed or hands on its lead.
 */
final class ClusterBench {
  private static final int CONNECTIONS = 64;
  private static final int TURNS = 5;
  private static final int KEYS = 10_000;
  private static final int KILLS = 10;
  private static final int TRANSFERS = 20;
  private static final int WRITERS = 4;
  private static final String VALUE = "x".repeat(1024);

  private final Path folder;
  private final List<Place> places;
  private final FigureSheet figures;
  private final ClusterProcesses cluster;
  private final String token;
  private int runs;
  private int lost;
  private int acknowledged;

  private ClusterBench(Path root, Path folder, List<Place> places, String library)
      throws IOException {
    this.folder = folder;
    this.places = places;
    figures = new FigureSheet(root);
    cluster = new ClusterProcesses(root, folder);
    token = cluster.begin(places, library);
  }

  /**
   * {@code arguments}: the checkout, an empty folder, the HSM's library, and the places of the
   * nodes.
   */
  public static void main(String[] arguments) throws IOException {
    List<Place> places = Arrays.stream(arguments).skip(3).map(Place::parse).toList();
    ClusterBench bench =
        new ClusterBench(Path.of(arguments[0]), Path.of(arguments[1]), places, arguments[2]);
    try {
      bench.run();
    } finally {
      bench.cluster.close();
    }
  }

  private void run() throws IOException {
    int leader = cluster.awaitWhole();
    cluster
        .node(leader)
        .call(
            "POST", "sys/mounts/secret", token, "{\"type\":\"kv\",\"options\":{\"version\":\"2\"}}")
        .expect(204);
    besideRatis(leader);
    reads(leader);
    transfers();
    kills();
    figures.add(
        "cluster: acknowledged writes lost", lost, "", "0", "of %,d".formatted(acknowledged));
    figures.print();
    figures.keep();
  }

  private void besideRatis(int leader) throws IOException {
    ServerProcess server = cluster.node(leader);
    FigureSheet.say("warming up");
    LongFunction<byte[]> write = n -> request("POST", n % KEYS, value());
    Load.run(server, CONNECTIONS, 100_000, 200, write);
    List<Double> writes = new ArrayList<>();
    List<Double> entries = new ArrayList<>();
    try (BareCluster bare = new BareCluster(places, folder)) {
      bare.perSecond(CONNECTIONS, 60_000, VALUE.length());
      for (int turn = 0; turn < TURNS; turn++) {
        writes.add(Load.run(server, CONNECTIONS, 12_000, 200, write).perSecond());
        entries.add(bare.perSecond(CONNECTIONS, 20_000, VALUE.length()));
        FigureSheet.say(
            "at %d: %,.0f writes/s, bare Ratis %,.0f entries/s"
                .formatted(CONNECTIONS, writes.getLast(), entries.getLast()));
      }
    }
    double median = FigureSheet.median(writes);
    double bare = FigureSheet.median(entries);
    figures.add("cluster: KV write 1 KiB, 64 connections", median, "/s", "", "OpenBao 1,380");
    figures.add(
        "cluster: KV write over bare 3-node Ratis, both at 64",
        median / bare,
        "x",
        ">= 0.5",
        "bare Ratis %,.0f/s".formatted(bare));
  }

  private void reads(int leader) {
    ServerProcess here = cluster.node(leader);
    ServerProcess standby = cluster.node((leader + 1) % cluster.count());
    LongFunction<byte[]> read = n -> request("GET", n * 7919 % KEYS, "");
    Load.run(here, CONNECTIONS, 100_000, 200, read);
    Load.run(standby, CONNECTIONS, 100_000, 200, read);
    List<Double> direct = new ArrayList<>();
    List<Double> through = new ArrayList<>();
    for (int turn = 0; turn < TURNS; turn++) {
      direct.add(Load.run(here, CONNECTIONS, 50_000, 200, read).perSecond());
      through.add(Load.run(standby, CONNECTIONS, 50_000, 200, read).perSecond());
    }
    double median = FigureSheet.median(direct);
    figures.add("cluster: KV read at the leader, 64 connections", median, "/s", "", "");
    figures.add(
        "cluster: KV read through a standby over at the leader",
        FigureSheet.median(through) / median,
        "x",
        ">= 0.5",
        "%,.0f/s".formatted(FigureSheet.median(through)));
  }

  private void transfers() {
    List<Double> gaps = new ArrayList<>();
    List<String> refused = new ArrayList<>();
    for (int i = 0; i < TRANSFERS; i++) {
      int leader = cluster.awaitWhole();
      int next = (leader + 1 + i % (cluster.count() - 1)) % cluster.count();
      Writers writers = writers(List.of(0, 1, 2));
      Pause.millis(400);
      long asked = System.nanoTime();
      cluster
          .node(leader)
          .call(
              "POST",
              "sys/storage/raft/transfer-leadership",
              token,
              "{\"server_id\":\"" + ClusterProcesses.name(next) + "\"}")
          .expect(204);
      Pause.millis(800);
      writers.end();
      gaps.add(1000 * writers.longestGap(asked));
      FigureSheet.say("transfer %d: %.0f ms".formatted(i + 1, gaps.getLast()));
      refused.addAll(writers.refused());
      account(writers);
    }
    if (!refused.isEmpty()) {
      FigureSheet.say("refused: " + refused);
    }
    figures.add(
        "cluster: planned transfer, gap in writes, median of 20",
        FigureSheet.median(gaps),
        "ms",
        "<= 100",
        "");
    figures.add(
        "cluster: planned transfer, gap in writes, longest of 20",
        Collections.max(gaps),
        "ms",
        "<= 100",
        "");
    figures.add("cluster: writes refused at planned transfers", refused.size(), "", "0", "");
  }

  private void kills() {
    List<Double> gaps = new ArrayList<>();
    for (int i = 0; i < KILLS; i++) {
      int leader = cluster.awaitWhole();
      int one = (leader + 1) % cluster.count();
      Writers writers = writers(List.of(one, (leader + 2) % cluster.count()));
      Pause.millis(1000);
      long killed = System.nanoTime();
      cluster.node(leader).kill();
      Pause.millis(3000);
      writers.end();
      gaps.add(writers.secondsToNext(killed));
      FigureSheet.say("kill %d: %.2f s".formatted(i + 1, gaps.getLast()));
      cluster.start(leader);
      cluster.awaitWhole();
      account(writers);
    }
    figures.add(
        "cluster: kill -9 to the next write, median of 10",
        FigureSheet.median(gaps),
        "s",
        "<= 1",
        "OpenBao 10.5");
    figures.add(
        "cluster: kill -9 to the next write, longest of 10",
        Collections.max(gaps),
        "s",
        "<= 2",
        "OpenBao 13.7");
  }

  private Writers writers(List<Integer> through) {
    Writers writers = new Writers(token, "gap" + runs++);
    for (int i = 0; i < WRITERS; i++) {
      writers.start(cluster.node(through.get(i % through.size())));
    }
    return writers;
  }

  /** Looks for all that was acknowledged, at the node that leads now. */
  private void account(Writers writers) {
    lost += writers.lost(cluster.node(cluster.awaitWhole()));
    acknowledged += writers.count();
  }

  private static String value() {
    return "{\"data\":{\"value\":\"" + VALUE + "\"}}";
  }

  private byte[] request(String method, long key, String body) {
    return Connection.request(method, "secret/data/bench/" + key, token, body);
  }
}
