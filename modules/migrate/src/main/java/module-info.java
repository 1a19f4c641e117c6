/** What one server holds, moved to another by the API of both. */
@org.jspecify.annotations.NullMarked
module strongroom.migrate {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;

  exports strongroom.migrate;
}
