package strongroom.mount;

import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.EndpointTable;
import strongroom.engine.Engine;
import strongroom.engine.EngineStorage;
import strongroom.logical.Client;
import strongroom.logical.JsonString;
import strongroom.logical.Request;
import strongroom.storage.KeyLocks;
import strongroom.storage.Transaction;

/**
 * A mount with its engine, as requests find it.
 *
 * @param entry the mount
 * @param engine what answers
 * @param endpoints the engine's endpoints
 * @param mount what the engine is told of the mount
 * @param locks the mount's own key locks
 */
public record Route(
    MountEntry entry, Engine engine, EndpointTable endpoints, Call.Mount mount, KeyLocks locks) {
  private static final String LOGIN = "login";
  private static final String ROLE = "role";

  /** The mount's part of {@code transaction}. */
  public EngineStorage storage(Transaction transaction) {
    return new MountStorage(transaction, entry.storagePrefix(), locks);
  }

  /** Whether its auth method has roles: whether its login takes one. */
  public boolean hasRoles() {
    return entry.isAuth() && endpoints.find(LOGIN).filter(Route::takesRole).isPresent();
  }

  /** The role that {@code request} logs in for; empty where it is no login, or names none. */
  public Optional<String> loginRole(Request request) {
    if (!entry.isAuth()) {
      return Optional.empty();
    }
    return endpoints
        .find(relative(request.path()))
        .filter(Route::takesRole)
        .flatMap(match -> request.body().member(ROLE))
        .filter(JsonString.class::isInstance)
        .map(value -> ((JsonString) value).value());
  }

  private static boolean takesRole(EndpointTable.Match match) {
    return match.endpoint().unauthenticated(Client.LOCAL)
        && match.endpoint().fields().stream().anyMatch(field -> field.name().equals(ROLE));
  }

  /** The part of {@code path} behind the mount's own. */
  public String relative(String path) {
    int length = entry.path().length();
    return path.length() < length ? "" : path.substring(length);
  }
}
