/**
 * The KV secrets engine. Version 1 keeps one value a key; version 2 keeps versions, with
 * check-and-set, deletion that can be undone, and metadata.
 *
 * <p>In the flow: {@code request} calls the handlers that {@link strongroom.engine.kv.KvEngine}
 * declares. A read of version 2 costs two gets: the key's metadata and the version's data. It must
 * never put a value into a message.
 */
package strongroom.engine.kv;
