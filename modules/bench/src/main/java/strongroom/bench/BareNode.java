package strongroom.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;

/**
 * One of three nodes of bare Ratis, in a process of its own. The load is made inside the node that
 * leads, without HTTP, TLS or anything kept: there is no less that a replicated, synced entry can
 * cost on this machine.
 */
final class BareNode {
  private static final UUID GROUP = new UUID(7, 7);

  /** What a node answers that does not lead. */
  static final String FOLLOWS = "follows";

  private BareNode() {}

  /**
   * {@code arguments}: a folder, the number of this node, and the address of each, {@code
   * host:port}. A line {@code SUBMITTERS ENTRIES BYTES} on the standard input is answered by
   * entries a second, or {@link #FOLLOWS}; the end of the input ends it.
   */
  public static void main(String[] arguments) throws IOException {
    List<String> addresses = Arrays.asList(arguments).subList(2, arguments.length);
    List<RaftPeer> peers =
        addresses.stream()
            .map(
                address ->
                    RaftPeer.newBuilder()
                        .setId("bare" + addresses.indexOf(address))
                        .setAddress(address)
                        .build())
            .toList();
    RaftGroup group = RaftGroup.valueOf(RaftGroupId.valueOf(GROUP), peers);
    RaftPeer self = peers.get(Integer.parseInt(arguments[1]));
    try (BareRatis node = BareRatis.start(Path.of(arguments[0]), self, group);
        BufferedReader in =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        int[] asked = Arrays.stream(line.split(" ", -1)).mapToInt(Integer::parseInt).toArray();
        System.out.println(node.leads() ? node.perSecond(asked[0], asked[1], asked[2]) : FOLLOWS);
      }
    }
  }
}
