package strongroom.acceptance;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between the server and a service: what is behind it goes away and comes back. */
final class Relay implements AutoCloseable {
  private final int port;
  private final URI target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private ServerSocket listener;

  private Relay(int port, URI target) {
    this.port = port;
    this.target = target;
  }

  static Relay to(String target) throws IOException {
    Relay relay = new Relay(Server.freePort(), URI.create(target));
    relay.connect();
    return relay;
  }

  String address() {
    return "http://127.0.0.1:" + port;
  }

  void connect() throws IOException {
    ServerSocket fresh = new ServerSocket();
    fresh.setReuseAddress(true);
    fresh.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    listener = fresh;
    Thread.ofVirtual().start(() -> accept(fresh));
  }

  private void accept(ServerSocket from) {
    try {
      while (true) {
        Socket here = from.accept();
        Socket there = new Socket(target.getHost(), target.getPort());
        open.add(here);
        open.add(there);
        Thread.ofVirtual().start(() -> copy(here, there));
        Thread.ofVirtual().start(() -> copy(there, here));
      }
    } catch (IOException e) {
      // Disconnected.
    }
  }

  private void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One side has ended, so the other one does.
    }
    open.remove(from);
    open.remove(to);
  }

  void disconnect() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    disconnect();
  }
}
