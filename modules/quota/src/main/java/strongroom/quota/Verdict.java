package strongroom.quota;

/**
 * What a rate limit says to one request.
 *
 * @param quota the limit's name
 * @param allowed whether the request may go on
 * @param limit how many requests the client may make in an interval
 * @param remaining how many of them are left
 * @param resetSeconds when the next interval begins, or a refused client may ask again; rounded up
 */
public record Verdict(
    String quota, boolean allowed, long limit, long remaining, long resetSeconds) {}
