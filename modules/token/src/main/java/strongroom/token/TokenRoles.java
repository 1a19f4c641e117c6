package strongroom.token;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.EngineStorage;
import strongroom.logical.Json;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.storage.StorageFault;

/** The token roles in the mount's storage, at {@code roles/<name>}. */
final class TokenRoles {
  private static final String FOLDER = "roles/";
  private static final int PAGE = 1000;
  private static final int NAME_LENGTH_MAX = 256;

  Optional<TokenRole> find(EngineStorage storage, String name) {
    return storage
        .get(FOLDER + name)
        .map(
            bytes -> {
              try {
                return TokenRole.fromJson(Json.parseObject(bytes));
              } catch (Json.MalformedJson e) {
                throw new StorageFault.Damaged("the token role " + name + " cannot be read", e);
              }
            });
  }

  TokenRole require(Call call) {
    return find(call.storage(), call.parameter("role_name")).orElseThrow(Refusal::notFound);
  }

  List<String> names(EngineStorage storage) {
    List<String> names = new ArrayList<>();
    List<String> page = storage.list(FOLDER, "", PAGE);
    while (!page.isEmpty()) {
      names.addAll(page);
      page = storage.list(FOLDER, page.getLast(), PAGE);
    }
    return names;
  }

  Response write(Call call) {
    String name = call.parameter("role_name");
    if (name.length() > NAME_LENGTH_MAX) {
      throw Refusal.invalid("a role's name has at most " + NAME_LENGTH_MAX + " characters");
    }
    call.storage().lock(name);
    TokenRole role =
        find(call.storage(), name).orElseGet(() -> TokenRole.fresh(name)).with(call.fields());
    call.storage().put(FOLDER + name, Json.toBytes(role.toJson()));
    return Response.done();
  }

  Response delete(Call call) {
    call.storage().delete(FOLDER + call.parameter("role_name"));
    return Response.done();
  }
}
