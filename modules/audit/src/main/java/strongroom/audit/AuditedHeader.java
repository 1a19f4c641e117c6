package strongroom.audit;

/**
 * A header of requests that is recorded.
 *
 * @param hmac whether its values are hashed
 */
record AuditedHeader(boolean hmac) {}
