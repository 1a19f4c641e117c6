/** Encrypts key shares for the holders of OpenPGP keys. */
package strongroom.pgp;
