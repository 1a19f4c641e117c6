/** The command line that people know, as a client of the HTTP API. */
@org.jspecify.annotations.NullMarked
module strongroom.cli {
  requires static transitive org.jspecify;
  requires strongroom.logical;
  requires strongroom.config;
  requires strongroom.hsm;
  requires strongroom.seal.pkcs11;
  requires info.picocli;
  requires org.slf4j;

  exports strongroom.cli;
}
