/** Speaks Vault's HTTP dialect on TCP and Unix sockets. */
@org.jspecify.annotations.NullMarked
module strongroom.http {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires strongroom.tls;
  requires org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires org.slf4j;

  exports strongroom.http;
}
