/**
 * The pipeline: takes a request through its stages in order and answers it.
 *
 * <p>In the flow: {@code http} hands requests to {@link strongroom.request.Pipeline}; the pipeline
 * asks who the caller is ({@code token}), what answers ({@code mount}), whether the caller may
 * ({@code policy}), and calls the endpoint's handler. All writes of a request are one transaction,
 * committed before the client is answered. It must never answer before that, and never pass a
 * fault's text on to a client.
 */
package strongroom.request;
