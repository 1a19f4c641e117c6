/**
 * Lives a node's life: initialize, unseal, seal, rotate, rekey.
 *
 * <p>In the flow it stands between the seal, which gives the root key, and the barrier, which needs
 * it: {@link strongroom.node.Node} holds one {@link strongroom.node.NodeState} and moves it. What
 * runs on an open barrier comes from a {@link strongroom.node.ServiceFactory}. This package must
 * never write before the seal has proved itself, keep a root key outside the barrier, call damaged
 * storage empty, or make an answer about the state wait for anything.
 */
package strongroom.node;
