package strongroom.clustering;

import java.net.URI;
import java.util.Optional;
import strongroom.tls.ClientTls;

/**
 * A node of the cluster to join.
 *
 * @param api its URL
 * @param tls how its certificate is checked, and what it is shown; empty for what Java trusts
 */
public record JoinTarget(URI api, Optional<ClientTls> tls) {}
