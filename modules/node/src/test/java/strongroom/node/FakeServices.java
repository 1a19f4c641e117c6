package strongroom.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import strongroom.storage.Batch;
import strongroom.storage.Storage;

/** Services that keep one value on the barrier and count how often they are opened and closed. */
final class FakeServices implements ServiceFactory {
  static final String ROOT_TOKEN = "hvs.firstroottoken0000000000";

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final AtomicInteger tokens = new AtomicInteger();
  private final AtomicReference<Optional<RuntimeException>> failure =
      new AtomicReference<>(Optional.empty());
  private final AtomicReference<Optional<Storage>> barrier =
      new AtomicReference<>(Optional.empty());

  void failNext(RuntimeException e) {
    failure.set(Optional.of(e));
  }

  int opened() {
    return opened.get();
  }

  int closed() {
    return closed.get();
  }

  Storage barrier() {
    return barrier.get().orElseThrow();
  }

  @Override
  public String bootstrap(Storage storage) {
    storage.commit(new Batch().put("sys/policy/default", "policy".getBytes(UTF_8)));
    failIfAsked();
    return ROOT_TOKEN;
  }

  @Override
  public Service open(Storage storage) {
    failIfAsked();
    if (storage.get("sys/policy/default").isEmpty()) {
      throw new IllegalStateException("what bootstrap wrote is not there");
    }
    barrier.set(Optional.of(storage));
    opened.incrementAndGet();
    return closed::incrementAndGet;
  }

  @Override
  public String createRootToken() {
    return "hvs.anotherroottoken" + String.format("%08d", tokens.incrementAndGet());
  }

  private void failIfAsked() {
    Optional<RuntimeException> e = failure.getAndSet(Optional.empty());
    if (e.isPresent()) {
      throw e.get();
    }
  }
}
