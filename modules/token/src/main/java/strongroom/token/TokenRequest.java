package strongroom.token;

import java.time.Duration;
import java.util.Optional;

/**
 * What a new token is to be: everything decided, nothing left to ask.
 *
 * @param type which kind
 * @param parent the id of the token that makes it, empty text for an orphan
 * @param grant what it allows
 * @param ttl how long it lasts, zero for ever
 * @param explicitMaxTtl never longer than this, zero for no bound
 * @param period what every renewal gives, zero for none
 * @param renewable whether it can be renewed
 * @param uses how many requests it is good for, 0 for any number
 * @param chosen the token's text, where root chose it
 */
public record TokenRequest(
    TokenType type,
    String parent,
    TokenEntry.Grant grant,
    Duration ttl,
    Duration explicitMaxTtl,
    Duration period,
    boolean renewable,
    int uses,
    Optional<String> chosen) {}
