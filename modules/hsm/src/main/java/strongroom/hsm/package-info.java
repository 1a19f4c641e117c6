/** Speaks PKCS#11 2.40 and 3.x to a vendor's library through the foreign-function API. */
package strongroom.hsm;
