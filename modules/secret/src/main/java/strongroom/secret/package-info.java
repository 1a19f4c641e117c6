/**
 * Memory for secrets: it lives outside the Java heap, zeroes itself, is kept out of swap and core
 * dumps where the system allows it, and never prints.
 *
 * <p>Lowest in the flow: every module that holds a key holds it here. A heap array leaves copies
 * behind when the collector moves it; a segment outside the heap that is filled with zeros leaves
 * none. This package must never log, and never hand out a {@code String}.
 */
package strongroom.secret;
