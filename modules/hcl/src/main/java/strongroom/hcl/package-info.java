/**
 * HCL text, and its JSON form, to values that know their file, line and column.
 *
 * <p>Lowest in the flow: {@code config} reads the operator's files with it, {@code policy} the
 * policies that clients send. It must stay safe on hostile text: one pass, bounded depth, no
 * regular expressions. It knows nothing of what the values mean.
 */
package strongroom.hcl;
