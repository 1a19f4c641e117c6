package strongroom.snapshot;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;

/**
 * Writes and reads snapshots, from front to back: neither takes more memory than the largest entry
 * does.
 */
public final class SnapshotFile {
  /** Vault's tools read no longer ones. */
  private static final int META_BYTES_MAX = 8 * 1024;

  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String META = "meta.json";
  private static final String STATE = "state.bin";
  private static final String SUMS = "SHA256SUMS";
  private static final String SEALED = "SHA256SUMS.sealed";

  private SnapshotFile() {}

  /**
   * What was read of a snapshot, all of which was as it was written.
   *
   * @param meta what its {@code meta.json} says
   * @param manifest the same; empty where another product made it
   * @param files its files and their lengths in bytes
   * @param entries how many entries it has
   * @param sums its {@code SHA256SUMS}
   * @param sealedSums the same as the barrier sealed it: who alters a snapshot can make new sums,
   *     but not these. Empty where it has none
   */
  public record Read(
      JsonObject meta,
      Optional<Manifest> manifest,
      Map<String, Long> files,
      long entries,
      byte[] sums,
      byte[] sealedSums) {}

  /**
   * Writes a snapshot to {@code out}, which stays open. Asks {@code state} twice.
   *
   * @param about the manifest, whose counts are filled in here
   * @param seal seals the sums of all parts
   */
  public static Manifest write(
      OutputStream out, Manifest about, Entries.Source state, UnaryOperator<byte[]> seal)
      throws IOException {
    AtomicLong count = new AtomicLong();
    AtomicLong size = new AtomicLong();
    state.each(
        (key, value) -> {
          count.incrementAndGet();
          size.addAndGet(EntryStream.size(key, value));
        });
    Manifest manifest = about.counted(count.get(), size.get());
    byte[] meta = (new String(Json.toBytes(manifest.toJson()), UTF_8) + "\n").getBytes(UTF_8);
    if (meta.length >= META_BYTES_MAX) {
      throw new IOException("the manifest is larger than " + META_BYTES_MAX + " bytes");
    }
    MessageDigest ofState = sha256();
    try (TarGz.Writer archive = new TarGz.Writer(out, about.takenAt())) {
      archive.file(META, meta);
      archive.file(
          STATE,
          size.get(),
          to -> {
            OutputStream buffered =
                new BufferedOutputStream(new DigestOutputStream(to, ofState), BUFFER_BYTES);
            state.each((key, value) -> EntryStream.write(buffered, key, value));
            buffered.flush();
          });
      String sums = line(META, sha256().digest(meta)) + line(STATE, ofState.digest());
      archive.file(SUMS, sums.getBytes(UTF_8));
      archive.file(SEALED, seal.apply(sums.getBytes(UTF_8)));
    }
    return manifest;
  }

  private static String line(String name, byte[] digest) {
    return HexFormat.of().formatHex(digest) + "  " + name + "\n";
  }

  /**
   * Reads the snapshot that {@code in} gives, to its end. Entries are handed on before it is known
   * whether all is as it was written: nothing may come of them until this has returned.
   *
   * @throws SnapshotFault where a part is missing or not what was written
   * @throws IOException where {@code in} cannot be read
   */
  public static Read read(InputStream in, Entries to) throws IOException {
    Reading reading = new Reading(to);
    ReadFaults source = new ReadFaults(in);
    try {
      TarGz.read(source, reading);
    } catch (IOException e) {
      source.rethrow();
      if (e instanceof ReadFaults.Taken taken) {
        throw taken.of();
      }
      throw new SnapshotFault(reading.where() + ": " + e.getMessage(), e);
    }
    return reading.checked();
  }

  private static final class Reading implements TarGz.Visitor {
    private final Entries to;
    private final Map<String, Long> files = new LinkedHashMap<>();
    private final Map<String, String> digests = new LinkedHashMap<>();
    private JsonObject meta = JsonObject.EMPTY;
    private byte[] sums = new byte[0];
    private byte[] sealedSums = sums;
    private long entries;
    private String at = "it is no gzipped tar archive";

    Reading(Entries to) {
      this.to = to;
    }

    /** What was being read when it broke. */
    String where() {
      return files.isEmpty() ? at : at + " is torn or altered";
    }

    @Override
    public void file(String name, long size, InputStream content) throws IOException {
      at = name;
      if (files.put(name, size) != null) {
        throw new SnapshotFault("it has " + name + " twice", null);
      }
      MessageDigest digest = sha256();
      InputStream digested = new DigestInputStream(content, digest);
      switch (name) {
        case META -> meta = meta(small(name, size, digested));
        case STATE -> {
          InputStream buffered = new BufferedInputStream(digested, BUFFER_BYTES);
          entries = EntryStream.read(buffered, ReadFaults.told(to));
        }
        case SUMS -> sums = small(name, size, digested);
        case SEALED -> sealedSums = small(name, size, digested);
        default -> throw new SnapshotFault("it has a file that no snapshot has", null);
      }
      digests.put(name, HexFormat.of().formatHex(digest.digest()));
    }

    private static byte[] small(String name, long size, InputStream content) throws IOException {
      if (size > META_BYTES_MAX) {
        throw new SnapshotFault(name + " is larger than " + META_BYTES_MAX + " bytes", null);
      }
      return content.readAllBytes();
    }

    private static JsonObject meta(byte[] content) {
      try {
        return Json.parseObject(content);
      } catch (Json.MalformedJson e) {
        throw new SnapshotFault("meta.json is torn or altered", e);
      }
    }

    Read checked() {
      for (String name : new String[] {META, STATE, SUMS}) {
        if (!files.containsKey(name)) {
          throw new SnapshotFault("it lacks " + name, null);
        }
      }
      String said = new String(sums, UTF_8);
      for (String name : new String[] {META, STATE}) {
        if (!said.lines().anyMatch((digests.get(name) + "  " + name)::equals)) {
          throw new SnapshotFault(
              name + " is torn or altered: it is not what " + SUMS + " says", null);
        }
      }
      Optional<Manifest> manifest = Manifest.of(meta);
      if (manifest.isPresent() && manifest.get().entries() != entries) {
        throw new SnapshotFault(
            STATE + " has " + entries + " entries, and " + META + " says otherwise", null);
      }
      return new Read(meta, manifest, Map.copyOf(files), entries, sums, sealedSums);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("SHA-256 is not to be had from this Java", e);
    }
  }
}
