/**
 * Looks into HSMs for people: the doctor says what is wrong with those of a configuration, the
 * conformance run whether one can do all that we need.
 *
 * <p>Uses the same code as the seal, so that what works here works there. It is called by the
 * command line and runs in no server. The doctor changes nothing in an HSM; the conformance run
 * destroys what it makes. Nothing here may print a PIN, or try one twice that was refused.
 */
package strongroom.hsm.doctor;
