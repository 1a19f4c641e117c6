/** The command line that people know, as a client of the HTTP API. */
package strongroom.cli;
