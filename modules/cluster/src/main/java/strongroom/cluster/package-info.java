/**
 * How the nodes of a cluster reach each other: one port a node, TLS 1.3 with certificates on both
 * sides that the cluster's own authority has issued, calls of one question and one answer. Below
 * storage and everything else; it knows nothing of what it carries, and never listens without a
 * certificate.
 */
package strongroom.cluster;
