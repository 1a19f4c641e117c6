package strongroom.config;

/**
 * A PKCS#11 library that managed keys are reached through.
 *
 * @param name how managed keys name it
 * @param library the path of the shared object
 * @param isolated whether it runs in a process of its own
 */
public record KmsLibrarySettings(String name, String library, boolean isolated) {}
