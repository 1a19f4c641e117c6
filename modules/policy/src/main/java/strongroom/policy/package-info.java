/**
 * What a token may do: policy text, its compiled form, and their store.
 *
 * <p>In the flow: {@code request} asks the {@link strongroom.policy.Acl} of the caller's token before
 * an endpoint's handler runs; {@code system} writes policies through {@link
 * strongroom.policy.PolicyStore}. An ACL is immutable and answers without locks, and says no where
 * no rule says yes.
 */
package strongroom.policy;
