/**
 * Counts, levels and times by name and labels.
 *
 * <p>Lowest in the flow: whatever does something may count it, {@code server} wires who counts
 * what, and {@code sys/metrics} shows it. Recording takes no lock that others share and makes no
 * garbage. No name and no label may hold a secret, or anything that clients can make up without
 * bound.
 */
package strongroom.metrics;
