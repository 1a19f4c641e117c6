/**
 * Turns what the operator wrote (files in HCL or JSON, environment variables, flags) into typed
 * settings.
 *
 * <p>First in the life of the process: {@code server} calls {@link strongroom.config.Configuration}
 * and hands each part of {@link strongroom.config.ServerSettings} to the module that it is for; no
 * other module reads files or variables of configuration. Every key is declared once, in a {@link
 * strongroom.config.Stanza}, from which come the check of unknown keys, the variables, and the
 * tables in docs/configuration.md. Whatever is wrong is told at once, each with its place. A value
 * may be a secret: messages name keys and places and must never repeat a value that is not one of a
 * few fixed words.
 */
package strongroom.config;
