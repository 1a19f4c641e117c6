package strongroom.request;

import strongroom.mount.MountTable;
import strongroom.quota.Quotas;
import strongroom.storage.Storage;
import strongroom.token.Rights;
import strongroom.token.TokenStore;
import strongroom.token.WrappingStore;

/**
 * What requests need while the node is unsealed. Made at every unseal, gone at seal.
 *
 * @param barrier storage, decrypted
 * @param rights what tokens may do
 */
public record Active(
    Storage barrier,
    MountTable mounts,
    Rights rights,
    TokenStore tokens,
    WrappingStore wrapping,
    Quotas quotas) {}
