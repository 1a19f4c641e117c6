package strongroom.cli;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import strongroom.logical.JsonObject;

/**
 * {@code operator verify} and {@code operator raft snapshot verify}: whether these seals open what
 * is stored and every entry of it is as it was written. Asks no server.
 */
final class Verification {
  private static final int SHOWN_MAX = 100;
  private static final Flag CONFIG =
      Flag.list("config", "The file or folder that names data folder and seals.");

  private Verification() {}

  static Command folder() {
    return Command.named("operator verify", "Reads every entry of a data folder and decrypts it")
        .help(
            "Of a server that does not run, and changes nothing. The root key is unwrapped by the"
                + " seals that -config names; key shares are not taken here. Prints the storage"
                + " paths of what is damaged, never a value. Ends with 0 where all is as it was"
                + " written, and with 2 where something is damaged or cannot be opened.",
            "  $ %s operator verify -config=/etc/vault.d",
            "  $ %s operator verify -config=/etc/vault.d -path=/backup/data")
        .flags(CONFIG, Flag.text("path", "The data folder, instead of the one of -config."))
        .runs(
            call -> {
              String path = call.flags().text("path");
              return run(
                  call,
                  new SealFolder.Stored.Folder(
                      path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path))));
            });
  }

  static Command snapshot() {
    return Command.named(
            "operator raft snapshot verify", "Says whether these seals can open a snapshot")
        .arguments("FILE", 1, 1)
        .help(
            "Compares its checksums, unwraps its root key by the seals that -config names and"
                + " decrypts every entry, without a server. Ends with 0 where it could be restored"
                + " here, and with 2 where something is damaged or cannot be opened.",
            "  $ %s operator raft snapshot verify -config=/etc/vault.d raft.snap")
        .flags(CONFIG)
        .runs(call -> run(call, new SealFolder.Stored.Snapshot(Path.of(call.argument(0).strip()))));
  }

  private static int run(Invocation call, SealFolder.Stored stored) {
    List<Path> files = call.flags().list("config").stream().map(Path::of).toList();
    if (files.isEmpty()) {
      throw Failure.usage("-config is missing: it names the seals that open what is stored");
    }
    PrintStream told = call.streams().err();
    SealFolder.Verdict verdict =
        call.program().folder().verify(stored, files, read -> told.println(read + " entries read"));
    if (!call.out().table()) {
      call.out()
          .value(
              JsonObject.builder()
                  .put("entries", verdict.entries())
                  .put("decrypted", verdict.decrypted())
                  .put("damaged", verdict.damaged())
                  .build());
      return verdict.damaged().isEmpty() ? 0 : 2;
    }
    verdict.damaged().stream()
        .limit(SHOWN_MAX)
        .forEach(where -> call.out().line("damaged: " + where));
    call.out()
        .line(
            Table.plain()
                .row("Entries", Long.toString(verdict.entries()))
                .row("Decrypted", Long.toString(verdict.decrypted()))
                .row("Damaged", Integer.toString(verdict.damaged().size()))
                .render());
    return verdict.damaged().isEmpty() ? 0 : 2;
  }
}
