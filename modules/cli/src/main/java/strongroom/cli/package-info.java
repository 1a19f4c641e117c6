/**
 * The command line that people know from {@code vault} and {@code bao}, as a client of the HTTP
 * API.
 *
 * <p>{@link strongroom.cli.Cli} finds the {@link strongroom.cli.Command} that the words name,
 * {@link strongroom.cli.Flags} reads its flags as Go does, an {@link strongroom.cli.Invocation}
 * gives it the client, the environment and the output. Commands are built only when they are asked
 * for, and the HTTP client is a small one of our own over plain sockets: a command line must answer
 * before anyone notices that it is a virtual machine.
 *
 * <p>It stands outside the server's flow: it must never know storage, barrier or engines, never
 * start logging, never print a token or key unless the command is meant to, and never repeat an
 * argument that may be a secret in a message.
 */
package strongroom.cli;
