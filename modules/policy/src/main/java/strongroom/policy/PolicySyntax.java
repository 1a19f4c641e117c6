package strongroom.policy;

import strongroom.hcl.HclKey;

/**
 * A policy text that is not one. The message names the policy, line and column, what is allowed
 * there and what to change; it can be shown to the client who wrote the text.
 */
public final class PolicySyntax extends Exception {
  private static final long serialVersionUID = 1;

  PolicySyntax(String policy, int line, int column, String problem) {
    super(
        "policy "
            + HclKey.quoted(policy)
            + ", line "
            + line
            + ", column "
            + column
            + ": "
            + problem,
        null,
        false,
        false);
  }
}
