package strongroom.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import strongroom.logical.Request;

/**
 * What is known of a request when it is recorded.
 *
 * @param request what is asked
 * @param holder whose token it is; empty where there is none that is good
 * @param place the mount that answers; empty where none does
 */
public record Subject(Request request, Optional<Holder> holder, Optional<Place> place) {

  /**
   * Whose token it is.
   *
   * @param accessor the token's accessor
   * @param displayName for people
   * @param policies what it may do by itself
   * @param identityPolicies what it may do besides, by the identity behind it
   * @param metadata for people
   * @param entityId the identity behind it, empty text for none
   * @param tokenType {@code service} or {@code batch}
   * @param ttl the lifetime it was made with; zero for ever
   * @param issuedAt when it was made
   * @param remainingUses 0 where they are not counted
   */
  public record Holder(
      String accessor,
      String displayName,
      List<String> policies,
      List<String> identityPolicies,
      Map<String, String> metadata,
      String entityId,
      String tokenType,
      Duration ttl,
      Instant issuedAt,
      int remainingUses) {

    /** What it may do, in order. */
    List<String> allPolicies() {
      if (identityPolicies.isEmpty()) {
        return policies;
      }
      Set<String> all = new TreeSet<>(policies);
      all.addAll(identityPolicies);
      return List.copyOf(all);
    }
  }

  /**
   * The mount that answers.
   *
   * @param path with a slash behind
   * @param type which engine
   * @param accessor a name that can be shown
   * @param plainRequestKeys members of requests that are recorded as they are
   * @param plainResponseKeys members of responses that are recorded as they are
   */
  public record Place(
      String path,
      String type,
      String accessor,
      List<String> plainRequestKeys,
      List<String> plainResponseKeys) {
    String mountClass() {
      return path.startsWith("auth/") ? "auth" : "secret";
    }
  }
}
