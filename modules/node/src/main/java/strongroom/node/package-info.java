/** Lives a node's life: initialize, unseal, seal, rotate, rekey. */
package strongroom.node;
