package strongroom.node;

import java.util.List;

/**
 * What a client asks of a rekey.
 *
 * @param shares how many shares the new key gets; 0 where not given
 * @param threshold how many it takes; 0 where not given
 * @param pgpKeys whom to encrypt them for, one each
 * @param backup whether to keep the encrypted shares in storage
 * @param requireVerification whether the new shares must be shown before they count
 */
public record RekeyRequest(
    int shares, int threshold, List<String> pgpKeys, boolean backup, boolean requireVerification) {}
