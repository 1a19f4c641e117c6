/**
 * Measures the started server from outside, beside bare Jetty and bare Ratis in the same run. Not
 * part of the product: it has no module of its own and is not in the distribution.
 */
@org.jspecify.annotations.NullMarked
package strongroom.bench;
