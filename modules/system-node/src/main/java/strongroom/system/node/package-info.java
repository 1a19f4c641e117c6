/**
 * Answers the {@code sys/*} paths of a node's life: init, unseal, seal, health, leader, keys.
 *
 * <p>In the flow: {@code request} calls these endpoints in every state of the node; each turns its
 * fields into a record, asks {@link strongroom.node.Node}, and tells the result in Vault's words.
 * Nothing that reads here may wait for the seal, storage or another node.
 */
package strongroom.system.node;
