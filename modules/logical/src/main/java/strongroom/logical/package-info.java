/**
 * The words every request is told in: {@link strongroom.logical.Request}, {@link
 * strongroom.logical.Operation}, {@link strongroom.logical.Response}, {@link
 * strongroom.logical.Refusal}, and JSON values that never print what they hold.
 *
 * <p>In the flow it stands between the HTTP dialect and everything below: {@code http} turns a
 * socket's bytes into a request and a reply into bytes; the pipeline and the engines know only
 * these words. It must never know sockets, storage or engines.
 */
package strongroom.logical;
