package strongroom.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/** Jetty with nothing but a hello: the floor of what an answer costs on this HTTP stack. */
final class Hello extends Handler.Abstract.NonBlocking {
  private static final byte[] HELLO = "{\"hello\":\"world\"}\n".getBytes(StandardCharsets.UTF_8);

  private Hello() {}

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    response.getHeaders().put(HttpHeader.CONTENT_LENGTH, HELLO.length);
    response.write(true, ByteBuffer.wrap(HELLO), callback);
    return true;
  }

  public static void main(String[] arguments) throws Exception {
    Server server = new Server(Integer.parseInt(arguments[0]));
    server.setHandler(new Hello());
    server.start();
    server.join();
  }
}
