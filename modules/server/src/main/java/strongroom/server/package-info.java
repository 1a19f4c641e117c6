/** Main, and the wiring of all the parts: the only module that sees all. */
package strongroom.server;
