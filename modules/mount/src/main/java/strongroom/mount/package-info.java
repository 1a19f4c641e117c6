/**
 * The table of mounts: which engine answers at which path, kept through the barrier.
 *
 * <p>In the flow: {@code request} asks {@link strongroom.mount.MountTable#route} for the engine of
 * a path and hands it a {@link strongroom.mount.MountStorage} of the request's transaction; {@code
 * system} enables, tunes, moves and disables. Routing reads an immutable table and takes no lock.
 */
package strongroom.mount;
