package strongroom.system.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import strongroom.engine.Endpoint;
import strongroom.logical.Refusal;
import strongroom.node.Node;
import strongroom.node.Service;
import strongroom.node.ServiceFactory;
import strongroom.storage.Storage;
import strongroom.storage.StorageFault;

/**
 * What a node started with {@code -recovery} does instead of serving: it unseals, makes a recovery
 * token for a quorum of key holders, and lets that token read and mend what stands behind the
 * barrier. No mount, no token and no policy is opened, so that damage in them is no obstacle.
 *
 * <p>The token is kept in memory only and ends with the process (Vault's documentation, concepts:
 * recovery mode).
 */
public final class RecoveryMode implements ServiceFactory {
  private static final String PREFIX = "hvr.";
  private static final String ALPHABET =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  private final SecureRandom random;

  /** What is open; null while sealed. Written by the node's own thread. */
  private volatile @Nullable Storage barrier;

  /** The token, where one was made. */
  private volatile byte @Nullable [] token;

  /** Makes tokens of {@code random}. */
  public RecoveryMode(SecureRandom random) {
    this.random = random;
  }

  /** What is answered in this mode, beside nothing at all: {@code node} itself, and raw storage. */
  public List<Endpoint> endpoints(Node node, NodeFacts facts) {
    SealStatusView status = new SealStatusView(node, facts);
    List<Endpoint> all = new ArrayList<>();
    all.addAll(new SealEndpoints(node, status).openEndpoints());
    all.add(new BreakGlassEndpoints(node).unseal());
    all.addAll(GenerateRootEndpoints.forRecovery(node).endpoints());
    all.addAll(new RawEndpoints(this::open).endpoints());
    return List.copyOf(all);
  }

  @Override
  public String bootstrap(Storage storage) {
    throw Refusal.invalid(
        "a node in recovery mode does not initialize: start it without -recovery");
  }

  @Override
  public Service open(Storage storage) {
    barrier = storage;
    return () -> barrier = null;
  }

  @Override
  public String createRootToken() {
    StringBuilder made = new StringBuilder(PREFIX);
    while (made.length() < ROOT_TOKEN_LENGTH) {
      made.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    token = made.toString().getBytes(US_ASCII);
    return made.toString();
  }

  /** The barrier, for who has the token. */
  private Storage open(String given) {
    byte[] expected = token;
    if (expected == null || !MessageDigest.isEqual(expected, given.getBytes(US_ASCII))) {
      throw Refusal.denied();
    }
    Storage opened = barrier;
    if (opened == null) {
      throw new StorageFault.Unavailable("the node is sealed", null);
    }
    return opened;
  }
}
