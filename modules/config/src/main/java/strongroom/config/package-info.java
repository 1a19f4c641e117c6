/** Turns the operator's files, flags and environment into typed settings, each with its place. */
package strongroom.config;
