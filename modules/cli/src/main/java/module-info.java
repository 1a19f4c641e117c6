/** The command line that people know, as a client of the HTTP API. */
@org.jspecify.annotations.NullMarked
module strongroom.cli {
  requires static transitive org.jspecify;
  requires strongroom.audit;
  requires strongroom.ceremony;
  requires strongroom.config;
  requires strongroom.hsm;
  requires strongroom.hsm.doctor;
  requires transitive strongroom.logical;
  requires strongroom.migrate;
  requires strongroom.seal.pkcs11;
  requires strongroom.snapshot;

  exports strongroom.cli;
}
