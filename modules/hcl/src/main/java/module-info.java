/** HCL text, and its JSON form, to values that know their line and column. */
@org.jspecify.annotations.NullMarked
module strongroom.hcl {
  requires static transitive org.jspecify;

  exports strongroom.hcl;
}
