/** Decides what a token may do: policy text, its compiled form, and their store. */
package strongroom.policy;
