/**
 * The Seal port: what protects the root key at rest. Beside it Shamir's secret sharing and the
 * record of what wrapped what.
 *
 * <p>In the flow: {@code node} asks a {@link strongroom.seal.Seal} to wrap the root key at
 * initialization and to unwrap it at every start. Implementations live in modules of their own
 * ({@code strongroom.seal.pkcs11}, {@code strongroom.seal.envelope}). A seal must never write to
 * storage and never keep what it unwrapped.
 */
package strongroom.seal;
