package strongroom.hsm;

/**
 * What a PKCS#11 library says of itself ({@code CK_INFO}).
 *
 * @param cryptokiVersion the version of the standard: {@code 2.40}
 * @param manufacturer who made it
 * @param description its name
 * @param version its own version
 */
public record LibraryInfo(
    String cryptokiVersion, String manufacturer, String description, String version) {}
