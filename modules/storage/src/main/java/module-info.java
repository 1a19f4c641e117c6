/** The Storage port: read, list by pages, commit a batch. */
@org.jspecify.annotations.NullMarked
module strongroom.storage {
  requires static transitive org.jspecify;
  requires strongroom.secret;

  exports strongroom.storage;
}
