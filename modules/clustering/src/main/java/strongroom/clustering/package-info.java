/**
 * What makes a node one of several: it proves the root key to join, has a certificate only while it
 * is unsealed, says who leads, and hands what it may not answer itself to the node that leads.
 * Above the node and its storage, beside the pipeline; it decides nothing about requests.
 */
package strongroom.clustering;
