/** Decides what a token may do: policy text, its compiled form, and their store. */
@org.jspecify.annotations.NullMarked
module strongroom.policy {
  requires static transitive org.jspecify;
  requires transitive strongroom.logical;
  requires transitive strongroom.storage;
  requires strongroom.hcl;

  exports strongroom.policy;
}
