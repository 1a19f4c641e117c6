/**
 * The Storage port: read a value, list a folder by pages, commit a batch of writes as one.
 *
 * <p>In the flow it stands below the barrier, which encrypts what goes through, and is implemented
 * by Raft ({@code strongroom.storage.raft}) and in memory. {@link strongroom.storage.Transaction}
 * collects a request's writes, so that they become one entry. Values are opaque here: this package
 * must never interpret or log them.
 */
package strongroom.storage;
