package strongroom.server;

import java.io.IOException;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import strongroom.config.Configuration;
import strongroom.config.KmsLibrarySettings;
import strongroom.config.Notice;
import strongroom.config.SealSettings;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.hsm.HsmFault;
import strongroom.hsm.HsmLibrary;
import strongroom.hsm.LibraryInfo;
import strongroom.hsm.Slot;
import strongroom.hsm.TokenSettings;
import strongroom.http.HttpFault;
import strongroom.http.HttpFront;
import strongroom.http.HttpSettings;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;

/**
 * {@code server -check}: says of each part of a configuration whether it is good. Changes nothing:
 * it makes no folder, no key, and opens no listener for longer than it takes to see that it could.
 */
final class Check {
  private final Configuration configuration;
  private final ServerSettings settings;
  private final PrintStream out;
  private boolean good = true;

  Check(Configuration configuration, PrintStream out) {
    this.configuration = configuration;
    this.settings = configuration.settings();
    this.out = out;
  }

  /** Whether all is good. */
  boolean run() {
    Logs.silence();
    say("good", "configuration", "read");
    for (Notice notice : configuration.notices()) {
      say("note", "configuration", notice.toString());
    }
    listeners();
    storage();
    settings.seals().stream().filter(seal -> !seal.disabled()).forEach(this::seal);
    sealsTogether();
    if (settings.seals().stream().allMatch(SealSettings::disabled)) {
      say("good", "seal", "shamir: key shares unseal");
    }
    settings.libraries().forEach(this::library);
    out.println();
    out.println(good ? "All is good." : "Something is to be mended: see the lines that say BAD.");
    out.flush();
    return good;
  }

  private void say(String state, String what, String text) {
    out.printf("%-4s  %-13s  %s%n", state, what, text);
  }

  private void bad(String what, String text) {
    good = false;
    say("BAD", what, text);
  }

  private void listeners() {
    for (HttpSettings listener : HttpWiring.wire(settings, "")) {
      try {
        switch (listener) {
          case HttpSettings.Tcp tcp -> {
            tcp.tls().ifPresent(HttpFront::checkCertificates);
            bindable(tcp);
          }
          case HttpSettings.Unix unix -> {
            Path parent = unix.path().toAbsolutePath().getParent();
            if (parent == null || !Files.isWritable(parent)) {
              bad("listener", unix.path() + ": its folder is missing or cannot be written");
            } else {
              say("good", "listener", "unix " + unix.path());
            }
          }
        }
      } catch (HttpFault e) {
        bad("listener", String.valueOf(e.getMessage()));
      }
    }
  }

  private void bindable(HttpSettings.Tcp tcp) {
    String address = tcp.host() + ":" + tcp.port();
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(tcp.host(), tcp.port()));
      say(
          "good",
          "listener",
          "tcp " + address + (tcp.tls().isPresent() ? " with TLS" : " without TLS"));
    } catch (BindException e) {
      String reason = String.valueOf(e.getMessage());
      if (reason.contains("in use")) {
        // A server that runs on this very file holds the address: worth saying, not wrong.
        say("note", "listener", address + " is open already, by this server or by another");
      } else {
        bad("listener", address + " cannot be opened: " + reason);
      }
    } catch (IOException e) {
      bad("listener", address + " cannot be opened: " + e.getMessage());
    }
  }

  private void storage() {
    switch (settings.storage()) {
      case StorageSettings.InMemory _ -> say("note", "storage", "inmem: gone with the process");
      case StorageSettings.Raft raft -> {
        Path existing = raft.folder().toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
          existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing)) {
          bad("storage", raft.folder() + " cannot be a folder: " + existing + " is a file");
        } else if (!Files.isWritable(existing) || !Files.isExecutable(existing)) {
          bad("storage", raft.folder() + ": " + existing + " cannot be written by this user");
        } else if (isInstalled(raft)) {
          say("good", "storage", raft.folder() + " holds an installation");
        } else {
          say("good", "storage", raft.folder() + " is new and can be written");
        }
      }
    }
  }

  /** What is wrong with several seals side by side. */
  private void sealsTogether() {
    if (settings.seals().size() > 1) {
      try {
        SealWiring.wire(settings.seals(), System.getenv()).close();
      } catch (ServerFault e) {
        bad("seal", String.valueOf(e.getMessage()));
      }
    }
    List<SealSettings> enabled =
        settings.seals().stream()
            .filter(seal -> !seal.disabled() && !seal.type().equals("shamir"))
            .toList();
    if (enabled.size() == 1) {
      say(
          "WARN",
          "seal",
          "there is one seal, "
              + enabled.getFirst().name()
              + ": if its key is lost for good, so is all data, unless its vendor's backup has the key"
              + " or there is a break-glass copy (operator recovery status); recovery keys alone"
              + " cannot decrypt");
    }
  }

  private static boolean isInstalled(StorageSettings.Raft raft) {
    return Files.exists(raft.folder().resolve("identity"));
  }

  /** Whether the next start may be followed by an initialization, which makes missing keys. */
  private boolean isNew() {
    return !(settings.storage() instanceof StorageSettings.Raft raft && isInstalled(raft));
  }

  private void seal(SealSettings seal) {
    if (seal.type().equals("shamir")) {
      say("good", "seal", "shamir: key shares unseal");
      return;
    }
    try (SealWiring wiring = SealWiring.wire(List.of(seal), System.getenv())) {
      wiring.seals().forEach(this::prove);
    } catch (ServerFault e) {
      bad("seal", String.valueOf(e.getMessage()));
    }
  }

  private void prove(Seal seal) {
    try {
      seal.prove(false);
      say(
          "good",
          "seal",
          name(seal) + ": wrapped and unwrapped random bytes; " + seal.health().details());
    } catch (SealFault.KeyToBeMade e) {
      if (isNew()) {
        say("note", "seal", "pkcs11: HSM token and PIN are good; " + e.getMessage());
      } else {
        bad("seal", "the key of this installation is missing: " + e.getMessage());
      }
    } catch (SealFault e) {
      bad("seal", name(seal) + ": " + e.getMessage());
    }
  }

  /** A library for managed keys: their HSM tokens and PINs are in storage, which stays closed. */
  private void library(KmsLibrarySettings library) {
    String name = "\"" + library.name() + "\": ";
    try (HsmLibrary loaded = HsmLibrary.open(library.library(), TokenSettings.CALL_MAX_DEFAULT)) {
      long ready = loaded.slots().stream().filter(Slot::usable).count();
      LibraryInfo info = loaded.info();
      say(
          ready == 0 ? "note" : "good",
          "kms_library",
          "%s%s by %s, version %s, %d HSM token%s ready"
              .formatted(
                  name,
                  info.description(),
                  info.manufacturer(),
                  info.version(),
                  ready,
                  ready == 1 ? "" : "s"));
    } catch (HsmFault e) {
      bad("kms_library", name + e.getMessage());
    }
  }

  private static String name(Seal seal) {
    return seal.name().equals(seal.type()) ? seal.type() : seal.type() + " " + seal.name();
  }
}
