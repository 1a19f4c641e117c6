/** Decides what a token may do: policy text, its compiled form, and their store. */
@org.jspecify.annotations.NullMarked
module strongroom.policy {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires strongroom.hcl;
  requires transitive strongroom.storage;

  exports strongroom.policy;
}
