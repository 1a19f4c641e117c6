package strongroom.node;

import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.barrier.Barrier;
import strongroom.barrier.SealWrap;
import strongroom.storage.Page;
import strongroom.storage.StorageFault;

/**
 * Writes anew what seal wrap lists and is not sealed as it would be now: from before there was a
 * wrap key or the setting changed, or by an older data key. One run at a time, on a thread of its
 * own; requests are served meanwhile. It asks no seal.
 */
public final class SealRewrap {
  private static final Logger log = LoggerFactory.getLogger(SealRewrap.class);

  /** Of how many entries at a time writers wait for the rewrap. */
  private static final int ENTRIES_TOGETHER_MAX = 16;

  private static final int PAGE = 512;

  private final StateCell cell;
  private final SealWrap sealWrap;
  private final AtomicBoolean running = new AtomicBoolean();

  /** Written by the run under way. */
  private volatile Status status = new Status(false, 0, 0);

  SealRewrap(NodeParts parts, StateCell cell) {
    this.cell = cell;
    this.sealWrap = parts.barrier().sealWrap();
  }

  /**
   * The run under way, or the last one of this process.
   *
   * @param running whether it is under way
   * @param processed how many entries it has looked at
   * @param failed how many of them are damaged and stay as they are
   */
  public record Status(boolean running, long processed, long failed) {
    private Status with(Barrier.Rewrapped more) {
      return new Status(true, processed + more.processed(), failed + more.failed());
    }
  }

  /** The run under way, or the last one of this process. */
  public Status status() {
    return status;
  }

  /** Whether listed entries are sealed twice when they are written now. */
  public boolean isEnabled() {
    return sealWrap.isEnabled() && cell.requireActive().unsealed().barrier().hasWrapKey();
  }

  /** Starts a run, unless one is under way. */
  public void start() {
    NodeState.Active active = cell.requireActive();
    if (running.compareAndSet(false, true)) {
      status = new Status(true, 0, 0);
      Thread.ofVirtual().name("seal-rewrap").start(() -> run(active));
    }
  }

  private void run(NodeState.Active active) {
    try {
      for (String listed : sealWrap.listed()) {
        if (listed.endsWith("/")) {
          folder(active, listed);
        } else {
          entries(active, List.of(listed));
        }
      }
      log.info("seal rewrap is done: {}", status);
    } catch (StorageFault e) {
      log.warn("seal rewrap has stopped and is to be started again: {}", e.getMessage());
    } finally {
      status = new Status(false, status.processed(), status.failed());
      running.set(false);
    }
  }

  private void folder(NodeState.Active active, String folder) {
    Page page = new Page(List.of(""), true);
    while (page.more()) {
      page = active.storage().list(folder, page.names().getLast(), PAGE);
      List<String> entries =
          page.names().stream().filter(name -> !name.endsWith("/")).map(folder::concat).toList();
      for (int from = 0; from < entries.size(); from += ENTRIES_TOGETHER_MAX) {
        int to = Math.min(entries.size(), from + ENTRIES_TOGETHER_MAX);
        entries(active, entries.subList(from, to));
      }
      page.names().stream()
          .filter(name -> name.endsWith("/"))
          .forEach(name -> folder(active, folder + name));
    }
  }

  private void entries(NodeState.Active active, List<String> paths) {
    status = status.with(active.unsealed().barrier().rewrap(paths, active.storage()));
  }
}
