package strongroom.seal.pkcs11;

import strongroom.hsm.NewKey;

/**
 * A key that the settings name.
 *
 * @param name how it is found
 * @param kind what is made where it is missing
 */
record WantedKey(KeyName name, NewKey.Kind kind) {}
