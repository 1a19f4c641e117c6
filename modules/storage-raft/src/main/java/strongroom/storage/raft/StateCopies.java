package strongroom.storage.raft;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.ratis.server.protocol.TermIndex;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.cluster.ClusterLink;
import strongroom.cluster.Target;

/**
 * Copies of the state from the leader to a follower that the log no longer helps: the leader makes
 * a checkpoint, which costs no more than links to its files, and the follower reads it in pieces,
 * checks every byte of it, and only then uses it.
 */
final class StateCopies {
  static final String INCOMING = "incoming";

  /** A copy that is fetched in the place of what was missed of a restore. */
  static final String INCOMING_INSTEAD = "incoming.instead";

  static final String OUTGOING = "outgoing";

  private static final Logger LOG = LoggerFactory.getLogger(StateCopies.class);
  private static final int PIECE_BYTES = 1024 * 1024;
  private static final int FILES_MAX = 100_000;
  private static final Duration BEGIN_MAX = Duration.ofMinutes(2);
  private static final Duration PIECE_MAX = Duration.ofSeconds(15);
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]*");

  private final DataFolder folder;
  private final StateSlot state;
  private final ClusterLink link;

  // Of the copy that is being given away; guarded by this.
  private long number;

  StateCopies(DataFolder folder, StateSlot state, ClusterLink link) {
    this.folder = folder;
    this.state = state;
    this.link = link;
    link.answer(Calls.COPY_BEGIN, (node, content) -> begin(node));
    link.answer(Calls.COPY_READ, (node, content) -> read(content));
  }

  /** A file of a copy. */
  private record Part(String name, long length, int checksum) {}

  /** A whole state, closed, that came from the leader. */
  record Fetched(Path path, TermIndex applied) {}

  private synchronized byte[] begin(String node) throws IOException {
    Path outgoing = folder.beside(OUTGOING);
    StateSlot.delete(outgoing);
    state.current().checkpoint(outgoing);
    number++;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(number);
    List<Part> parts = parts(outgoing);
    out.writeInt(parts.size());
    for (Part part : parts) {
      out.writeUTF(part.name());
      out.writeLong(part.length());
      out.writeInt(part.checksum());
    }
    LOG.info("node {} fetches a copy of the state", node);
    return bytes.toByteArray();
  }

  private static List<Part> parts(Path outgoing) throws IOException {
    List<Part> parts = new ArrayList<>();
    try (Stream<Path> files = Files.list(outgoing)) {
      for (Path file : files.sorted().toList()) {
        parts.add(new Part(file.getFileName().toString(), Files.size(file), checksum(file)));
      }
    }
    return parts;
  }

  private static int checksum(Path file) throws IOException {
    CRC32C crc = new CRC32C();
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(piece) >= 0) {
        crc.update(piece.flip());
        piece.clear();
      }
    }
    return (int) crc.getValue();
  }

  private synchronized byte[] read(byte[] content) throws IOException {
    DataInputStream in = new DataInputStream(new ByteArrayInputStream(content));
    if (in.readLong() != number) {
      throw new IOException("another copy has been begun");
    }
    Path file = folder.beside(OUTGOING).resolve(checked(in.readUTF()));
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      channel.position(in.readLong());
      while (piece.hasRemaining() && channel.read(piece) >= 0) {
        // more, until the piece or the file is full
      }
    }
    byte[] answer = new byte[piece.position()];
    piece.flip().get(answer);
    return answer;
  }

  private static String checked(String name) throws IOException {
    if (!NAME.matcher(name).matches()) {
      throw new IOException("a state has no file of that name");
    }
    return name;
  }

  /** Fetches the state of {@code leader} into the folder {@code name}. */
  Fetched fetch(Target leader, String name) throws IOException {
    Path incoming = folder.beside(name);
    StateSlot.delete(incoming);
    Files.createDirectory(incoming);
    DataInputStream in =
        new DataInputStream(
            new ByteArrayInputStream(link.call(leader, Calls.COPY_BEGIN, new byte[0], BEGIN_MAX)));
    long copy = in.readLong();
    int count = in.readInt();
    if (count < 0 || count > FILES_MAX) {
      throw new IOException("a state of " + count + " files");
    }
    for (int i = 0; i < count; i++) {
      Part part = new Part(checked(in.readUTF()), in.readLong(), in.readInt());
      fetch(leader, copy, part, incoming.resolve(part.name()));
    }
    return new Fetched(incoming, OrderedStore.verified(incoming));
  }

  private void fetch(Target leader, long copy, Part part, Path to) throws IOException {
    CRC32C crc = new CRC32C();
    try (FileChannel channel =
        FileChannel.open(to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long at = 0;
      while (at < part.length()) {
        byte[] piece = link.call(leader, Calls.COPY_READ, question(copy, part, at), PIECE_MAX);
        if (piece.length == 0) {
          throw new IOException(part.name() + " ends at " + at);
        }
        crc.update(piece);
        ByteBuffer bytes = ByteBuffer.wrap(piece);
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        at += piece.length;
      }
      channel.force(true);
    }
    if ((int) crc.getValue() != part.checksum()) {
      throw new IOException(part.name() + " came with other bytes than it was sent with");
    }
  }

  private static byte[] question(long copy, Part part, long at) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeLong(copy);
    out.writeUTF(part.name());
    out.writeLong(at);
    return bytes.toByteArray();
  }
}
