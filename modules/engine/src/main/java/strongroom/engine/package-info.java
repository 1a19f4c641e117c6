/**
 * The Engine port: what a secrets engine or an auth method declares ({@link
 * strongroom.engine.Endpoint}) and what it is handed for one request ({@link
 * strongroom.engine.Call}).
 *
 * <p>In the flow: {@code request} finds the mount and the endpoint, and calls the endpoint's
 * handler with a call; the handler reads and writes through {@link
 * strongroom.engine.EngineStorage}, which sees the mount's own entries only. An engine must never
 * name the barrier, storage or Raft, keep a call after it returned, or know another engine.
 */
package strongroom.engine;
