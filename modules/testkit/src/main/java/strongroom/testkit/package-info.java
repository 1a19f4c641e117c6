/**
 * What tests of several modules need: one contract a port, which every implementation's own test
 * extends, and fakes that pass it.
 *
 * <p>It is no part of the distribution. A port's own module cannot use it, since it stands above
 * them: the contracts run against what those modules implement themselves in this one's tests.
 */
package strongroom.testkit;
