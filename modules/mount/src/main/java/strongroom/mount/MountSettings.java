package strongroom.mount;

import java.time.Duration;
import java.util.List;

/**
 * What can be tuned on a mount.
 *
 * @param defaultLeaseTtl zero for the system's
 * @param maxLeaseTtl zero for the system's
 * @param forceNoCache kept for clients; nothing is cached by mount
 * @param listingVisibility {@code hidden}, {@code unauth}, or empty text for hidden
 * @param auditNonHmacRequestKeys for audit devices
 * @param auditNonHmacResponseKeys for audit devices
 * @param passthroughRequestHeaders headers that the engine may see
 * @param allowedResponseHeaders headers that the engine may set
 * @param allowedManagedKeys the managed keys that the engine may use, by name
 * @param tokenType of auth methods: {@code default-service}, {@code batch}…; empty text for unset
 */
public record MountSettings(
    Duration defaultLeaseTtl,
    Duration maxLeaseTtl,
    boolean forceNoCache,
    String listingVisibility,
    List<String> auditNonHmacRequestKeys,
    List<String> auditNonHmacResponseKeys,
    List<String> passthroughRequestHeaders,
    List<String> allowedResponseHeaders,
    List<String> allowedManagedKeys,
    String tokenType) {
  /** Nothing set. */
  public static final MountSettings UNSET =
      new MountSettings(
          Duration.ZERO,
          Duration.ZERO,
          false,
          "",
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          "");
}
