package strongroom.token;

import strongroom.policy.Policy;

/** The names of the policies that tokens treat in a way of their own. */
final class PolicyNames {
  /** Allows everything. */
  static final String ROOT = Policy.ROOT.name();

  /** Every token has it unless it says otherwise. */
  static final String DEFAULT = Policy.DEFAULT_NAME;

  /** Of wrapping tokens alone: to unwrap, and nothing else. */
  static final String RESPONSE_WRAPPING = "response-wrapping";

  private PolicyNames() {}
}
