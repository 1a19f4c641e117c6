package strongroom.request;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.engine.Engine;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.storage.StorageFault;

/** An engine for tests: notes by path, and endpoints that fail in every way there is. */
final class NotesEngine implements Engine {
  static final String INNER_SECRET = "inner-secret-of-a-fault";

  final CountDownLatch release = new CountDownLatch(1);
  final CountDownLatch entered = new CountDownLatch(1);

  /** How often {@code same/} was asked whether something exists. */
  final AtomicInteger askedWhetherExists = new AtomicInteger();

  @Override
  public List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("fault/{kind}", "Fails.")
            .on(Operation.READ, NotesEngine::fail)
            .onWrite(NotesEngine::fail)
            .build(),
        Endpoint.at("open", "Needs no token.")
            .on(Operation.READ, call -> told("open"))
            .unauthenticated()
            .build(),
        Endpoint.at("protected", "Needs sudo.")
            .on(Operation.READ, call -> told("protected"))
            .sudo()
            .build(),
        Endpoint.at("thread", "Which kind of thread answers.")
            .on(Operation.READ, call -> thread())
            .onWrite(call -> thread())
            .build(),
        Endpoint.at("blocking", "A read that may block.")
            .on(Operation.READ, call -> thread())
            .blocking()
            .build(),
        Endpoint.at("wait", "Waits until the test goes on.").onWrite(this::await).build(),
        Endpoint.at("only-read", "Takes reads only.")
            .on(Operation.READ, call -> told("read"))
            .build(),
        Endpoint.at("half/{name}", "Writes, and then refuses.")
            .onWrite(
                call -> {
                  call.storage().put("note/" + call.parameter("name"), new byte[] {1});
                  throw Refusal.invalid("changed my mind");
                })
            .build(),
        Endpoint.at("same/{name}", "A create is an update.")
            .onWrite(call -> told("written"))
            .exists(call -> askedWhetherExists.incrementAndGet() > 0)
            .build(),
        Endpoint.at("note/{path...}", "A note.")
            .field("text", "string", "What it says.")
            .on(Operation.READ, NotesEngine::read)
            .on(Operation.LIST, call -> Response.ofKeys(call.storage().list(key(call), "", 100)))
            .on(Operation.CREATE, call -> write(call, "created"))
            .on(Operation.UPDATE, call -> write(call, "updated"))
            .on(
                Operation.DELETE,
                call -> {
                  call.storage().delete(key(call));
                  return Response.done();
                })
            .exists(call -> call.storage().get(key(call)).isPresent())
            .build());
  }

  private static String key(Call call) {
    return "note/" + call.parameter("path");
  }

  private static Response read(Call call) {
    byte[] text = call.storage().get(key(call)).orElseThrow(Refusal::notFound);
    return told(new String(text, StandardCharsets.UTF_8));
  }

  private static Response write(Call call, String did) {
    byte[] text = call.fields().requiredString("text").getBytes(StandardCharsets.UTF_8);
    call.storage().put(key(call), text);
    return told(did);
  }

  private static Response told(String text) {
    return Response.of(JsonObject.builder().put("text", text).build());
  }

  private static Response thread() {
    return told(Thread.currentThread().isVirtual() ? "virtual" : "caller's");
  }

  private Response await(Call call) {
    entered.countDown();
    try {
      release.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return told("waited");
  }

  private static Response fail(Call call) {
    switch (call.parameter("kind")) {
      case "full" -> throw new StorageFault.Full(INNER_SECRET, null);
      case "large" -> throw new StorageFault.TooLarge("9 bytes; at most 8", null);
      case "unavailable" -> throw new StorageFault.Unavailable(INNER_SECRET, null);
      case "unknown" -> throw new StorageFault.OutcomeUnknown(INNER_SECRET, null);
      case "damaged" -> throw new StorageFault.Damaged(INNER_SECRET, null);
      case "null" -> throw new NullPointerException(INNER_SECRET);
      case "error" -> throw new AssertionError(INNER_SECRET);
      case "overflow" -> throw new StackOverflowError(INNER_SECRET);
      default -> throw new IllegalStateException(INNER_SECRET, new Exception(INNER_SECRET));
    }
  }
}
