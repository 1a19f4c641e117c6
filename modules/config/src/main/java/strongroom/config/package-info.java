/**
 * The operator's settings: files, folders and environment, read to typed values.
 *
 * <p>In the flow: {@code server} reads its configuration here before it makes any part. Every key has
 * its place ({@code file:line:column}) in messages; an unknown key is a warning, a wrong type an
 * error, and all errors are told at once. It opens nothing but configuration files and never prints
 * a value of a seal.
 */
package strongroom.config;
