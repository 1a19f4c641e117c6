package strongroom.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.X509KeyManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ClusterLinkTest {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ECHO = 7;

  private final ClusterAuthority authority = ClusterAuthority.create(Instant.now(), RANDOM);
  private final ClusterLink one = new ClusterLink("127.0.0.1", 0, 1 << 20);
  private final ClusterLink two = new ClusterLink("127.0.0.1", 0, 1 << 20);

  @BeforeEach
  void open() {
    one.admit(node -> node.equals("two"));
    one.answer(
        ECHO,
        (node, content) ->
            (node + " says " + new String(content, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8));
    one.open(authority.issue("one", Instant.now()));
    two.open(authority.issue("two", Instant.now()));
  }

  @AfterEach
  void close() {
    one.close();
    two.close();
  }

  private Target first() {
    return new Target("one", "127.0.0.1", one.port());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void aCallIsAnsweredToTheNodeThatTheCertificateNames() throws Exception {
    assertThat(two.call(first(), ECHO, bytes("hello"), SOON)).isEqualTo(bytes("two says hello"));
    assertThat(two.call(first(), ECHO, bytes("again"), SOON)).isEqualTo(bytes("two says again"));
  }

  @Test
  void aHandshakeDoesNotDecryptTheKeyAgain() throws Exception {
    X509KeyManager keys = (X509KeyManager) authority.issue("one", Instant.now()).keyManagers()[0];
    String[] types = {"EC"};
    PrivateKey first = keys.getPrivateKey(keys.chooseClientAlias(types, null, null));
    assertThat(keys.getPrivateKey(keys.chooseClientAlias(types, null, null)))
        .isNotNull()
        .isSameAs(first);
  }

  @Test
  void aNodeThatIsNotAdmittedIsRefusedAtEveryCall() throws Exception {
    two.call(first(), ECHO, bytes("hello"), SOON);
    one.admit(node -> false);
    assertThatThrownBy(() -> two.call(first(), ECHO, bytes("hello"), SOON))
        .isInstanceOf(CallFault.class)
        .hasMessageContaining("two is not one of this cluster's");
  }

  @Test
  void anotherNodeThanTheOneAskedForGetsNoCall() {
    Target wrong = new Target("three", "127.0.0.1", one.port());
    assertThatThrownBy(() -> two.call(wrong, ECHO, bytes("hello"), SOON))
        .isInstanceOfSatisfying(CallFault.class, e -> assertThat(e.sent()).isFalse())
        .hasMessageContaining("it is node one");
  }

  @Test
  void aCertificateOfAnotherAuthorityIsRefusedByBothEnds() {
    ClusterAuthority other = ClusterAuthority.create(Instant.now(), RANDOM);
    try (ClusterLink stranger = new ClusterLink("127.0.0.1", 0, 1 << 20)) {
      stranger.open(other.issue("two", Instant.now()));
      stranger.admit(node -> true);
      assertThatThrownBy(() -> stranger.call(first(), ECHO, bytes("hello"), SOON))
          .isInstanceOf(CallFault.class);
      Target there = new Target("two", "127.0.0.1", stranger.port());
      assertThatThrownBy(() -> one.call(there, ECHO, bytes("hello"), SOON))
          .isInstanceOf(CallFault.class);
    }
  }

  @Test
  void aCallThatIsNotAnsweredInTimeEndsAndSaysThatItWasSent() {
    CountDownLatch never = new CountDownLatch(1);
    one.answer(
        8,
        (node, content) -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return content;
        });
    assertThatThrownBy(() -> two.call(first(), 8, bytes("hello"), Duration.ofMillis(50)))
        .isInstanceOfSatisfying(CallFault.class, e -> assertThat(e.sent()).isTrue());
    never.countDown();
  }

  @Test
  void aLinkThatIsShutCallsNobodyAndAnswersNobody() throws Exception {
    two.call(first(), ECHO, bytes("hello"), SOON);
    Target before = first();
    one.shut();
    assertThatThrownBy(() -> two.call(before, ECHO, bytes("hello"), SOON))
        .isInstanceOf(CallFault.class);
    assertThatThrownBy(() -> one.call(before, ECHO, bytes("hello"), SOON))
        .hasMessageContaining("sealed");
  }

  @Test
  void aNodeThatJoinsGetsACertificateOnItsOwnKeyAndIsCalledByIt() throws Exception {
    NodeIdentity.Wanted wanted = NodeIdentity.wanted(RANDOM);
    byte[] certificate = authority.certify("two", wanted.publicKey(), Instant.now());
    two.shut();
    two.open(wanted.with(certificate, authority.certificate()));
    assertThat(two.call(first(), ECHO, bytes("hello"), SOON)).isEqualTo(bytes("two says hello"));
    NodeIdentity.Wanted stranger = NodeIdentity.wanted(RANDOM);
    assertThatThrownBy(() -> stranger.with(certificate, authority.certificate()))
        .isInstanceOf(ClusterFault.class);
  }

  @Test
  void anAuthorityComesBackFromWhatItWasWrittenAs() throws Exception {
    ClusterAuthority back = ClusterAuthority.parse(authority.toBytes(), RANDOM);
    two.open(back.issue("two", Instant.now()));
    assertThat(two.call(first(), ECHO, bytes("hello"), SOON)).isEqualTo(bytes("two says hello"));
    assertThatThrownBy(() -> ClusterAuthority.parse(new byte[] {1, 2, 3}, RANDOM))
        .isInstanceOf(ClusterFault.class);
  }

  @Test
  void aFrameOverTheLimitEndsTheConnection() {
    assertThatThrownBy(() -> two.call(first(), ECHO, new byte[(1 << 20) + 1], SOON))
        .isInstanceOf(CallFault.class);
  }
}
