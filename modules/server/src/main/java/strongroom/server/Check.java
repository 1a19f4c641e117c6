package strongroom.server;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import strongroom.config.ConfigurationFault;
import strongroom.config.Notice;
import strongroom.config.SealSettings;
import strongroom.config.ServerSettings;
import strongroom.config.StorageSettings;
import strongroom.http.HttpFault;
import strongroom.http.HttpFront;
import strongroom.http.HttpSettings;
import strongroom.seal.SealFault;
import strongroom.seal.pkcs11.Pkcs11Seal;

/**
 * {@code server -check}: says of each part of a configuration whether it is good. Changes nothing: it
 * makes no folder, no key, and opens no listener for longer than it takes to see that it could.
 */
final class Check {
  private final ServerSettings settings;
  private final Map<String, String> environment;
  private final PrintStream out;
  private boolean good = true;

  Check(ServerSettings settings, Map<String, String> environment, PrintStream out) {
    this.settings = settings;
    this.environment = environment;
    this.out = out;
  }

  /** Whether all is good. */
  boolean run() {
    say("good", "configuration", "read");
    settings.notices().stream().map(Notice::text).forEach(text -> say("note", "configuration", text));
    listeners();
    storage();
    settings.seals().stream().filter(seal -> !seal.disabled()).forEach(this::seal);
    if (settings.seals().stream().allMatch(SealSettings::disabled)) {
      say("good", "seal", "shamir: key shares unseal");
    }
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
    for (HttpSettings listener : HttpWiring.wire(settings.listeners())) {
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
      say("good", "listener", "tcp " + address + (tcp.tls().isPresent() ? " with TLS" : " without TLS"));
    } catch (IOException e) {
      // A server that runs on this very file holds the address: worth saying, not wrong.
      say("note", "listener", address + " cannot be opened now: " + e.getMessage());
    }
  }

  private void storage() {
    switch (settings.storage()) {
      case StorageSettings.InMemory _ -> say("note", "storage", "inmem: gone with the process");
      case StorageSettings.Raft raft -> {
        Path existing = raft.path().toAbsolutePath();
        while (existing != null && !Files.exists(existing)) {
          existing = existing.getParent();
        }
        if (existing == null || !Files.isDirectory(existing) || !Files.isWritable(existing)) {
          bad("storage", raft.path() + " cannot be written by this user");
        } else if (Files.exists(raft.path().resolve("identity"))) {
          say("good", "storage", raft.path() + " holds an installation");
        } else {
          say("good", "storage", raft.path() + " is new and can be written");
        }
      }
    }
  }

  private void seal(SealSettings seal) {
    if (seal.type().equals("shamir")) {
      say("good", "seal", "shamir: key shares unseal");
      return;
    }
    try {
      SealWiring.wire(List.of(seal), environment).close();
      try (Pkcs11Seal pkcs11 =
          new Pkcs11Seal(
              SealWiring.parsed(seal, environment),
              SealWiring.pins(seal, environment),
              Clock.systemUTC(),
              new SecureRandom())) {
        prove(pkcs11);
      }
    } catch (ConfigurationFault e) {
      bad("seal", String.valueOf(e.getMessage()));
    }
  }

  private void prove(Pkcs11Seal pkcs11) {
    try {
      pkcs11.prove(false);
      say("good", "seal", "pkcs11: wrapped and unwrapped random bytes; " + pkcs11.health().details());
    } catch (SealFault e) {
      bad("seal", String.valueOf(e.getMessage()));
    }
  }
}
