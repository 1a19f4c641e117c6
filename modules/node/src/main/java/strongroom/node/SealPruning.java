package strongroom.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import strongroom.logical.Refusal;
import strongroom.seal.Seal;
import strongroom.seal.SealFault;
import strongroom.seal.SealRecord;
import strongroom.seal.SealRecord.WrappedKey;
import strongroom.secret.SecretBytes;

/**
 * Drops copies that are kept behind those that count, so that the keys which open them are needed
 * no more. A seal's kept copies go only where its current ones have just been opened; those of a
 * seal that the configuration no longer has, where any seal's have. So what is left always opens.
 */
public final class SealPruning {
  private static final Logger log = LoggerFactory.getLogger(SealPruning.class);

  private final NodeParts parts;
  private final StateCell cell;
  private final RootKeys rootKeys;
  private final SealRecords records;
  private final SealKeyRegister register;

  SealPruning(
      NodeParts parts,
      StateCell cell,
      RootKeys rootKeys,
      SealRecords records,
      SealKeyRegister register) {
    this.parts = parts;
    this.cell = cell;
    this.rootKeys = rootKeys;
    this.records = records;
    this.register = register;
  }

  /**
   * What was done, or would be.
   *
   * @param dropped the copies that went
   * @param kept the copies that stay
   * @param unproven the enabled seals whose copies all stay, since the current ones did not open
   */
  public record Result(List<SealCopy> dropped, List<SealCopy> kept, List<String> unproven) {
    /** Keeps copies. */
    public Result {
      dropped = List.copyOf(dropped);
      kept = List.copyOf(kept);
      unproven = List.copyOf(unproven);
    }
  }

  /**
   * Drops what may go.
   *
   * @param retired a disabled seal all of whose copies may go too, or empty text
   * @param dryRun whether only to tell
   * @throws strongroom.logical.RefusedException where no seal opens its current copy now
   */
  public Result prune(String retired, boolean dryRun) {
    if (!(parts.protection() instanceof Protection.ByItself several)) {
      throw Refusal.invalid(
          "key shares cannot be asked whether they open the present copy; the copies behind it are"
              + " of root keys that count no more, and go by themselves");
    }
    requireRetired(several, retired);
    NodeState.Active active = cell.requireActive();
    SealRecord before = active.unsealed().record();
    if (before.rotation().isPresent()) {
      throw Refusal.invalid("a rotation is under way: wait for it, or roll it back");
    }
    Set<Seal> proven = proven(several, active);
    if (proven.isEmpty()) {
      throw Refusal.invalid(
          "nothing was dropped: no seal opens its current copy now, so that any of the others may"
              + " be the last that opens");
    }
    SealRecord after = pruned(before, several, proven, retired);
    if (!dryRun) {
      register.remember(before, active.unsealed().barrier());
      replace(before, after);
    }
    return result(before, after, several, proven);
  }

  private static void requireRetired(Protection.ByItself several, String retired) {
    if (!retired.isEmpty()
        && several.disabled().stream().noneMatch(seal -> seal.name().equals(retired))) {
      throw Refusal.invalid(
          "\""
              + retired
              + "\" is no disabled seal: those are "
              + several.disabled().stream().map(Seal::name).toList());
    }
  }

  private Set<Seal> proven(Protection.ByItself several, NodeState.Active active) {
    Set<Seal> proven = new HashSet<>();
    for (SealRace.Answer<Boolean> answer :
        SealRace.all(several.enabled(), seal -> opens(seal, several, active))) {
      if (answer instanceof SealRace.Answer.Done<Boolean>(Seal seal, Boolean opens) && opens) {
        proven.add(seal);
      }
    }
    return proven;
  }

  private boolean opens(Seal seal, Protection.ByItself several, NodeState.Active active) {
    Unsealed unsealed = active.unsealed();
    SealRecord record = unsealed.record();
    boolean root =
        by(seal, record.currentRootKeys()).anyMatch(c -> BreakGlass.opens(seal, c, active));
    if (!root || record.recoveryKeys().isEmpty()) {
      return root;
    }
    try (SecretBytes expected = rootKeys.unwrapRecovery(several, record, unsealed.barrier())) {
      return by(seal, record.currentRecoveryKeys())
          .anyMatch(copy -> opensRecovery(seal, copy, expected));
    } catch (SealFault e) {
      return false;
    }
  }

  private static boolean opensRecovery(Seal seal, WrappedKey copy, SecretBytes expected) {
    try (SecretBytes key = seal.unwrap(Seal.Purpose.RECOVERY_KEY, copy.wrapped())) {
      return key.contentEquals(expected);
    }
  }

  private static Stream<WrappedKey> by(Seal seal, List<WrappedKey> copies) {
    return copies.stream().filter(copy -> copy.isBy(seal.type(), seal.name()));
  }

  private static SealRecord pruned(
      SealRecord record, Protection.ByItself several, Set<Seal> proven, String retired) {
    return new SealRecord(
        record.unsealShares(),
        record.recoveryShares(),
        kept(record.rootKeys(), record.currentRootKeys(), several, proven, retired),
        kept(record.recoveryKeys(), record.currentRecoveryKeys(), several, proven, retired),
        record.chosenKeys(),
        record.rotation());
  }

  private static List<WrappedKey> kept(
      List<WrappedKey> all,
      List<WrappedKey> current,
      Protection.ByItself several,
      Set<Seal> proven,
      String retired) {
    List<WrappedKey> kept = new ArrayList<>();
    for (WrappedKey copy : all) {
      boolean keep =
          several.all().stream()
              .filter(seal -> copy.isBy(seal.type(), seal.name()))
              .findFirst()
              .map(
                  seal ->
                      several.enabled().contains(seal)
                          ? !proven.contains(seal) || current.contains(copy)
                          : !seal.name().equals(retired))
              .orElse(false);
      if (keep) {
        kept.add(copy);
      }
    }
    return kept;
  }

  private void replace(SealRecord before, SealRecord after) {
    cell.lock().lock();
    try {
      NodeState.Active active = cell.requireActive();
      if (!active.unsealed().record().equals(before)) {
        throw Refusal.unavailable("the copies have changed meanwhile: try again");
      }
      records.replace(after);
      cell.set(active.with(after));
      log.warn(
          "copies of the root key and the recovery key were dropped: {} of {} are left",
          after.rootKeys().size() + after.recoveryKeys().size(),
          before.rootKeys().size() + before.recoveryKeys().size());
    } finally {
      cell.lock().unlock();
    }
  }

  private static Result result(
      SealRecord before, SealRecord after, Protection.ByItself several, Set<Seal> proven) {
    SealViews views = new SealViews(several);
    List<SealCopy> kept = views.copies(after);
    List<SealCopy> dropped = new ArrayList<>(views.copies(before));
    dropped.removeIf(copy -> kept.stream().anyMatch(stays -> stays.sha256().equals(copy.sha256())));
    return new Result(
        dropped,
        kept,
        several.enabled().stream().filter(seal -> !proven.contains(seal)).map(Seal::name).toList());
  }
}
