package strongroom.node;

import java.util.List;
import java.util.Optional;

/**
 * What a client asks of an initialization; absent members are not given.
 *
 * @param secretShares how many shares the unseal key gets
 * @param secretThreshold how many it takes
 * @param storedShares an old parameter: how many shares the seal keeps; 1 where it unseals by
 *     itself
 * @param pgpKeys whom to encrypt the shares for, one each
 * @param recoveryShares how many shares the recovery key gets
 * @param recoveryThreshold how many it takes
 * @param recoveryPgpKeys whom to encrypt these for, one each
 * @param rootTokenPgpKey whom to encrypt the root token for, empty text for nobody
 */
public record InitRequest(
    Optional<Integer> secretShares,
    Optional<Integer> secretThreshold,
    Optional<Integer> storedShares,
    List<String> pgpKeys,
    Optional<Integer> recoveryShares,
    Optional<Integer> recoveryThreshold,
    List<String> recoveryPgpKeys,
    String rootTokenPgpKey) {}
