/**
 * Rate limits: {@link strongroom.quota.Quotas} keeps them and {@link strongroom.quota.RateTable}
 * finds the one that is meant for a request and counts the request against it.
 *
 * <p>In the flow: {@code request} asks before anything else is done, and {@code system} answers for
 * {@code sys/quotas}. It must never read storage or take a lock to let a request in, nor keep more
 * than a bounded number of clients in memory.
 */
package strongroom.quota;
