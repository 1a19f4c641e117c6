/**
 * Moves what a Vault, an OpenBao or another Strongroom holds into this one, by the API of both:
 * policies, token roles, mounts, and keys of KV with their versions and metadata.
 *
 * <p>In the flow: beside it. The command line hands it two {@link strongroom.migrate.Api}s and gets
 * a {@link strongroom.migrate.Report}. {@link strongroom.migrate.Migration} goes through the steps;
 * each step compares first and writes only what is missing, so that a run can be repeated.
 *
 * <p>It must never write to the source, replace what differs on the target unless told to, or put a
 * secret, or a hash of one, into a message or a report.
 */
package strongroom.migrate;
