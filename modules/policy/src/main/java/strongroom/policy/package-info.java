/**
 * Decides what a token may do: the text of policies, the compiled form that a request is checked
 * against, and the store that keeps them.
 *
 * <p>In the flow it stands in the pipeline behind the token's lookup and before the mount: {@link
 * strongroom.policy.Policy} is one parsed policy, {@link strongroom.policy.Acl} all policies of a
 * token merged and compiled, {@link strongroom.policy.PolicyStore} keeps the first on the barrier
 * and the second in memory. What no rule allows is denied. A check reads memory only and must never
 * block, and nothing here may log a path or a parameter.
 */
package strongroom.policy;
