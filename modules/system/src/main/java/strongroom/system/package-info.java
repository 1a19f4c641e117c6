/**
 * Answers {@code sys/*} while the node is unsealed: mounts, auth methods, policies, capabilities,
 * response wrapping and tools; one file a concern.
 *
 * <p>In the flow: mounted at {@code sys/} like any engine. What a node answers in every state
 * (init, seal-status, health…) is in {@code system-node}. It must never keep state of its own.
 */
package strongroom.system;
