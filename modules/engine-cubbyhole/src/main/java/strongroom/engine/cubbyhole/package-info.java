/** The per-token secrets engine. */
package strongroom.engine.cubbyhole;
