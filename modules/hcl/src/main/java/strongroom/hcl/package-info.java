/**
 * The configuration language of the operator's files and of policies: HCL as Vault reads it (its
 * first version), and the same in JSON, turned into immutable values of which each knows its file,
 * line and column.
 *
 * <p>Lowest in the flow, beside {@code secret}: {@code config} and {@code policy} read with it.
 * {@link strongroom.hcl.Hcl} parses, {@link strongroom.hcl.HclObject} is what comes out, {@link
 * strongroom.hcl.HclSyntax} says what is wrong and where, {@link strongroom.hcl.Spelling} guesses
 * which key was meant. Clients hand in policies, so a text may be hostile: reading takes time and
 * memory by its length only, and depth is bounded. Messages and {@code toString} tell keys, kinds
 * and places; they must never tell a value, since any value may be a secret.
 */
package strongroom.hcl;
