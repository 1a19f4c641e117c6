package strongroom.policy;

/** The texts of the policies that are there from the start. */
final class BuiltInPolicies {
  /** What every token may do unless it was made without the default policy. */
  static final String DEFAULT_TEXT =
      """
      # What a token may always do with itself.
      path "auth/token/lookup-self" { capabilities = ["read"] }
      path "auth/token/renew-self"  { capabilities = ["update"] }
      path "auth/token/revoke-self" { capabilities = ["update"] }

      # Ask what it may do.
      path "sys/capabilities-self"         { capabilities = ["update"] }
      path "sys/internal/ui/resultant-acl" { capabilities = ["read"] }

      # Read the entity that it belongs to.
      path "identity/entity/id/{{identity.entity.id}}"     { capabilities = ["read"] }
      path "identity/entity/name/{{identity.entity.name}}" { capabilities = ["read"] }

      # Look up and renew leases whose ids it knows.
      path "sys/renew"         { capabilities = ["update"] }
      path "sys/leases/renew"  { capabilities = ["update"] }
      path "sys/leases/lookup" { capabilities = ["update"] }

      # Its own cubbyhole.
      path "cubbyhole/*" { capabilities = ["create", "read", "update", "delete", "list"] }

      # Wrap and unwrap.
      path "sys/wrapping/wrap"   { capabilities = ["update"] }
      path "sys/wrapping/lookup" { capabilities = ["update"] }
      path "sys/wrapping/unwrap" { capabilities = ["update"] }

      # Hash, and ask about control groups.
      path "sys/tools/hash"            { capabilities = ["update"] }
      path "sys/tools/hash/*"          { capabilities = ["update"] }
      path "sys/control-group/request" { capabilities = ["update"] }

      # Log in to others through an identity provider of its own.
      path "identity/oidc/provider/+/authorize" { capabilities = ["read", "update"] }
      """;

  /** What a wrapping token may do. */
  static final String RESPONSE_WRAPPING_TEXT =
      """
      path "cubbyhole/response" { capabilities = ["create", "read"] }
      path "sys/wrapping/unwrap" { capabilities = ["update"] }
      """;

  private BuiltInPolicies() {}
}
