/**
 * Audit: who asked for what, and what was answered, on devices outside of the server.
 *
 * <p>In the flow: {@code request} hands the {@link strongroom.audit.AuditBroker} a request before
 * it is done and its reply before it leaves; neither goes on unless one device has the record. Each
 * {@link strongroom.audit.Device} writes on a thread of its own. It must never write a secret in
 * clear unless the operator asked for it, never keep a serving thread waiting, and never let a
 * request pass that no device has.
 */
package strongroom.audit;
