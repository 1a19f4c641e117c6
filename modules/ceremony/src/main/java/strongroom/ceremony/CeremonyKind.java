package strongroom.ceremony;

import java.util.Locale;

/** What was done. The names are in stored records: they are not changed. */
public enum CeremonyKind {
  /** An installation was made. */
  INIT,
  /** The record begins here, in an installation that is older than it. */
  RECORD_BEGUN,
  /** The data key was replaced because somebody asked for it. */
  ROTATE_DATA_KEY,
  /** The root key was replaced without asking holders of key shares. */
  ROTATE_ROOT_KEY,
  /** Key holders replaced the root key, and the shares that protect it where there are any. */
  REKEY,
  /** Key holders replaced the recovery key. */
  REKEY_RECOVERY,
  /** A seal wraps by another key of its HSM. */
  SEAL_ROTATE,
  /** A rotation of a seal was given up or taken back. */
  SEAL_ROLLBACK,
  /** The root key went from one kind of protection to another. */
  MIGRATION,
  /** The copy of the root key for the loss of the HSM was made, tried, removed or used. */
  BREAK_GLASS;

  /** {@code seal-rotate}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
