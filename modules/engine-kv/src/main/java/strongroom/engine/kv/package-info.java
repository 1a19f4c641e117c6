/** The KV secrets engine, versions 1 and 2. */
package strongroom.engine.kv;
