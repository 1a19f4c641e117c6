/** Holds the table of mounts and routes a path to its engine. */
package strongroom.mount;
