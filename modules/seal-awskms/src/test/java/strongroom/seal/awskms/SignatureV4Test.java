package strongroom.seal.awskms;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.secret.SecretBytes;

/** Against the examples that AWS publishes with the signature's definition. */
class SignatureV4Test {
  private static final Instant TIME = Instant.parse("2015-08-30T12:36:00Z");

  private static AwsCredentials example() {
    return new AwsCredentials(
        "AKIDEXAMPLE",
        SecretBytes.takeFrom("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY".getBytes(US_ASCII)),
        Optional.empty(),
        Optional.empty());
  }

  @Test
  void signsThePlainPostOfTheTestSuite() {
    Map<String, String> signed =
        new SignatureV4("us-east-1", "service")
            .sign(
                URI.create("https://example.amazonaws.com/"),
                Map.of(),
                new byte[0],
                example(),
                TIME);

    assertThat(signed)
        .containsEntry(
            "Authorization",
            "AWS4-HMAC-SHA256"
                + " Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                + " SignedHeaders=host;x-amz-date,"
                + " Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b");
  }

  @Test
  void signsThePostWithABodyOfTheTestSuite() {
    Map<String, String> signed =
        new SignatureV4("us-east-1", "service")
            .sign(
                URI.create("https://example.amazonaws.com"),
                Map.of("content-type", "application/x-www-form-urlencoded"),
                "Param1=value1".getBytes(US_ASCII),
                example(),
                TIME);

    assertThat(signed.get("Authorization"))
        .endsWith(
            "SignedHeaders=content-type;host;x-amz-date,"
                + " Signature=ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a");
  }
}
