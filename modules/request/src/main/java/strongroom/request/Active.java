package strongroom.request;

import strongroom.mount.MountTable;
import strongroom.policy.PolicyStore;
import strongroom.storage.Storage;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/**
 * What requests need while the node is unsealed. Made at every unseal, gone at seal.
 *
 * @param barrier storage, decrypted
 */
public record Active(
    Storage barrier,
    MountTable mounts,
    PolicyStore policies,
    TokenStore tokens,
    WrappingStore wrapping) {}
