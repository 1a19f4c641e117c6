package strongroom.server;

/** What this build is, and which level of the Vault API it answers. */
final class Version {
  /** The product's own version. */
  static final String PRODUCT = "0.1.0";

  /** The level of the Vault API that clients may expect. */
  static final String API = "1.19.0";

  /**
   * What {@code version} says in answers: clients switch features by it, so the API level comes
   * first and the product's version is build metadata.
   */
  static final String REPORTED = API + "+strongroom." + PRODUCT;

  /** When it was built; the same for the same sources. */
  static final String BUILD_DATE = "2026-01-01T00:00:00Z";

  private Version() {}
}
