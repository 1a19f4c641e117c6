package strongroom.hsm.doctor;

import strongroom.hsm.PinSource;
import strongroom.seal.pkcs11.Pkcs11SealSettings;

/**
 * A node's configuration, as far as it is about its HSM.
 *
 * @param name what it is called in the report: the configuration file
 * @param group nodes of one group must hold the same key: the seal's name
 * @param settings its seal
 * @param pins asked once at most
 */
public record Patient(String name, String group, Pkcs11SealSettings settings, PinSource pins) {}
