package strongroom.managed.keys;

import java.util.EnumSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * What an operator says of a managed key, without its PIN.
 *
 * @param name how engines name it
 * @param uuid made up when it is defined
 * @param place which HSM token it is in
 * @param plan which key it is, and what it would be where it has to be made
 * @param grants what may be done with it
 */
public record KeyDefinition(String name, String uuid, Place place, Plan plan, Grants grants) {
  /**
   * An HSM token and how it is used.
   *
   * @param library the {@code name} of a {@code kms_library} stanza
   * @param slot the slot's number as written; empty where the label is enough
   * @param tokenLabel the HSM token's label
   * @param forceReadWrite whether all sessions are read-write
   * @param parallelMax most calls at once; empty for the default
   */
  public record Place(
      String library,
      Optional<String> slot,
      Optional<String> tokenLabel,
      boolean forceReadWrite,
      OptionalInt parallelMax) {
    /** Whether {@code other} is in the same HSM token, by what is said of it. */
    public boolean sameToken(Place other) {
      return library.equals(other.library)
          && slot.equals(other.slot)
          && tokenLabel.equals(other.tokenLabel);
    }
  }

  /**
   * A key.
   *
   * @param label its label; what a key that is made gets
   * @param id its id in hex
   * @param mechanism what it does
   * @param size its curve or its length, where it has to be made
   * @param oaepHash the hash of OAEP: {@code sha256}
   */
  public record Plan(
      Optional<String> label,
      Optional<String> id,
      KeyMechanism mechanism,
      Size size,
      String oaepHash) {}

  /**
   * How large a key is to be.
   *
   * @param curve {@code P256}, {@code P384}, {@code P521}, {@code Ed25519}; empty text where unset
   * @param bits 0 where unset
   */
  public record Size(String curve, int bits) {}

  /**
   * What may be done.
   *
   * @param generate make the key where it is missing
   * @param replace kept for clients: nothing here replaces a key
   * @param store kept for clients: nothing here imports a key
   * @param anyMount whether every mount may use it
   * @param usages what it may be used for
   */
  public record Grants(
      boolean generate, boolean replace, boolean store, boolean anyMount, Set<KeyUsage> usages) {
    /** Keeps a copy of {@code usages}. */
    public Grants {
      usages = usages.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(usages));
    }
  }
}
