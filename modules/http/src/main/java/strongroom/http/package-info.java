/** Speaks Vault's HTTP dialect on TCP and Unix sockets. */
package strongroom.http;
