/** HCL text, and its JSON form, to values that know their line and column. */
package strongroom.hcl;
