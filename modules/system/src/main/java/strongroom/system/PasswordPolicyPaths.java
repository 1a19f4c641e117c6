package strongroom.system;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import strongroom.engine.Call;
import strongroom.engine.Endpoint;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Response;
import strongroom.policy.PasswordPolicy;
import strongroom.policy.PolicySyntax;
import strongroom.storage.Page;
import strongroom.storage.StorageFault;
import strongroom.storage.Transaction;

/**
 * {@code sys/policies/password}: how passwords are made. Stored on the barrier under {@code
 * sys/password-policy/}, the text as it was written.
 */
final class PasswordPolicyPaths {
  private static final String FOLDER = "sys/password-policy/";
  private static final int NAME_LENGTH_MAX = 128;
  private static final int PAGE = 1_000;

  private final SystemEngine.Parts parts;

  PasswordPolicyPaths(SystemEngine.Parts parts) {
    this.parts = parts;
  }

  List<Endpoint> endpoints() {
    return List.of(
        Endpoint.at("policies/password", "The names of all password policies.")
            .on(Operation.LIST, this::names)
            .build(),
        Endpoint.at("policies/password/{name}", "How passwords are made.")
            .field(
                "policy",
                "string",
                "length, and the rules \"charset\" with charset and min-chars, in HCL or JSON, or"
                    + " that in Base64.")
            .on(Operation.READ, this::read)
            .onWrite(this::write)
            .on(Operation.DELETE, this::delete)
            .build(),
        Endpoint.at("policies/password/{name}/generate", "A password made by the policy.")
            .on(Operation.READ, this::generate)
            .blocking()
            .build());
  }

  private Response names(Call call) {
    List<String> names = new ArrayList<>();
    Page page = SystemEngine.transaction(call).list(FOLDER, "", PAGE);
    names.addAll(page.names());
    while (page.more()) {
      page = SystemEngine.transaction(call).list(FOLDER, names.getLast(), PAGE);
      names.addAll(page.names());
    }
    if (names.isEmpty()) {
      throw Refusal.notFound();
    }
    return Response.ofKeys(names);
  }

  private Response read(Call call) {
    return Response.of(JsonObject.builder().put("policy", stored(call)).build());
  }

  private Response write(Call call) {
    String name = call.parameter("name");
    if (name.length() > NAME_LENGTH_MAX) {
      throw Refusal.invalid(
          "a password policy's name has 1 to "
              + NAME_LENGTH_MAX
              + " characters, not "
              + name.length());
    }
    String text =
        PolicyPaths.decoded(
            call.fields()
                .nonEmptyString("policy")
                .orElseThrow(() -> Refusal.invalid("missing policy")));
    if (text.length() > PasswordPolicy.TEXT_LENGTH_MAX) {
      throw Refusal.tooLarge(
          "the policy has "
              + text.length()
              + " characters; "
              + PasswordPolicy.TEXT_LENGTH_MAX
              + " are allowed");
    }
    if (!parsed(name, text).provedBy(parts.random())) {
      throw Refusal.invalid(
          "hardly any password of this length would keep these rules: make it longer, or ask for"
              + " fewer characters by min-chars");
    }
    SystemEngine.transaction(call).put(FOLDER + name, text.getBytes(StandardCharsets.UTF_8));
    return Response.done();
  }

  private static PasswordPolicy parsed(String name, String text) {
    try {
      return PasswordPolicy.parse(name, text);
    } catch (PolicySyntax e) {
      throw Refusal.invalid("failed to parse password policy: " + e.getMessage());
    }
  }

  private Response delete(Call call) {
    Transaction transaction = SystemEngine.transaction(call);
    transaction.delete(FOLDER + call.parameter("name"));
    return Response.done();
  }

  private Response generate(Call call) {
    String name = call.parameter("name");
    String text = stored(call);
    PasswordPolicy policy;
    try {
      policy = PasswordPolicy.parse(name, text);
    } catch (PolicySyntax e) {
      throw new StorageFault.Damaged(
          "what is stored under " + FOLDER + name + " is no password policy: write it again", e);
    }
    return Response.of(
        JsonObject.builder().put("password", policy.generate(parts.random())).build());
  }

  private static String stored(Call call) {
    Optional<byte[]> bytes = SystemEngine.transaction(call).get(FOLDER + call.parameter("name"));
    return bytes
        .map(text -> new String(text, StandardCharsets.UTF_8))
        .orElseThrow(Refusal::notFound);
  }
}
