package strongroom.policy;

/** The texts of the policies that every installation has. */
final class BuiltInPolicies {
  /** What an ordinary token may do with itself: Vault's default policy grants the same. */
  static final String DEFAULT_TEXT =
      """
      # The policy "default": what every token may do unless it is made without this policy.
      # It may be changed, and is never overwritten by the server. It cannot be deleted.

      # The token itself: see, renew and revoke it, and ask what it may do.
      path "auth/token/lookup-self" {
        capabilities = ["read"]
      }
      path "auth/token/renew-self" {
        capabilities = ["update"]
      }
      path "auth/token/revoke-self" {
        capabilities = ["update"]
      }
      path "sys/capabilities-self" {
        capabilities = ["update"]
      }
      path "sys/internal/ui/resultant-acl" {
        capabilities = ["read"]
      }

      # The owner's own entity, by id and by name.
      path "identity/entity/id/{{identity.entity.id}}" {
        capabilities = ["read"]
      }
      path "identity/entity/name/{{identity.entity.name}}" {
        capabilities = ["read"]
      }

      # Leases: look up and renew one whose id is known. Both spellings of the path.
      path "sys/renew" {
        capabilities = ["update"]
      }
      path "sys/leases/renew" {
        capabilities = ["update"]
      }
      path "sys/leases/lookup" {
        capabilities = ["update"]
      }

      # The token's private store.
      path "cubbyhole/*" {
        capabilities = ["create", "read", "update", "delete", "list"]
      }

      # Response wrapping: wrap any data, look at a wrapping token, unwrap it.
      path "sys/wrapping/wrap" {
        capabilities = ["update"]
      }
      path "sys/wrapping/lookup" {
        capabilities = ["update"]
      }
      path "sys/wrapping/unwrap" {
        capabilities = ["update"]
      }

      # Hashing.
      path "sys/tools/hash" {
        capabilities = ["update"]
      }
      path "sys/tools/hash/*" {
        capabilities = ["update"]
      }

      # Requests that wait for another's consent: see how one stands.
      path "sys/control-group/request" {
        capabilities = ["update"]
      }

      # Logging in elsewhere with the owner's identity (OpenID Connect).
      path "identity/oidc/provider/+/authorize" {
        capabilities = ["read", "update"]
      }
      """;

  /** What a wrapping token may do: give up its content, once. */
  static final String RESPONSE_WRAPPING_TEXT =
      """
      path "cubbyhole/response" {
        capabilities = ["create", "read"]
      }
      path "sys/wrapping/unwrap" {
        capabilities = ["update"]
      }
      """;

  static final Policy RESPONSE_WRAPPING = parse("response-wrapping", RESPONSE_WRAPPING_TEXT);

  private BuiltInPolicies() {}

  static Policy parse(String name, String text) {
    try {
      return Policy.parse(name, text);
    } catch (PolicySyntax e) {
      throw new IllegalStateException("a built-in policy is no policy", e);
    }
  }
}
