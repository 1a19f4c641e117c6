package strongroom.system.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import strongroom.engine.Endpoint;
import strongroom.logical.Client;
import strongroom.logical.Json;
import strongroom.logical.JsonObject;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Redaction;
import strongroom.logical.Refusal;
import strongroom.logical.RefusedException;
import strongroom.logical.Response;
import strongroom.metrics.Family;
import strongroom.metrics.Labels;
import strongroom.metrics.PrometheusText;

class MetricsEndpointTest {
  private SystemHarness system;

  @BeforeEach
  void measure() {
    system = SystemHarness.byShares();
    system.metrics.counter("errors_total", "What failed", Labels.of("why", "x")).increment();
    system.metrics.timing("call_seconds", "How long", Labels.NONE).record(250_000_000);
    system.metrics.timing("call_seconds", "How long", Labels.NONE).record(750_000_000);
    system.metrics.gauges(
        "up",
        "Whether it is",
        () -> List.of(new Family.Series(Labels.of("seal", "a"), new Family.Value.Level(1))));
  }

  @AfterEach
  void end() {
    system.close();
  }

  private static Client client(Set<OpenEndpoints> open, Redaction redaction, String accept) {
    return new Client(
        Optional.empty(), 0, Map.of("accept", List.of(accept)), Optional.empty(), open, redaction);
  }

  private static Client scraper(String accept) {
    return client(Set.of(), Redaction.NOTHING, accept);
  }

  private static String text(Response response) {
    Response.Raw raw = (Response.Raw) response.data().orElseThrow();
    assertThat(raw.mediaType()).isEqualTo(PrometheusText.MEDIA_TYPE);
    return new String(raw.bytes(), UTF_8);
  }

  @Test
  void answersInTheShapeOfVaultsWhileSealed() {
    Response answer = system.read("metrics");
    JsonObject body = (JsonObject) answer.data().orElseThrow();
    assertThat(answer.shape()).isEqualTo(Response.Shape.BARE);
    assertThat(body.members().keySet())
        .containsExactly("Timestamp", "Gauges", "Points", "Counters", "Samples");
    assertThat(new String(Json.toBytes(body), UTF_8))
        .contains("2026-01-02 03:04:05 +0000 UTC")
        .contains("\"Name\":\"up\",\"Value\":1,\"Labels\":{\"seal\":\"a\"}")
        .contains("\"Name\":\"errors_total\",\"Count\":1")
        .contains("\"Min\":0.25,\"Max\":0.75,\"Mean\":0.5");
  }

  @Test
  void answersAsPrometheusReadsItWhereItIsAskedForOrTheClientAcceptsOpenMetrics() {
    assertThat(text(system.read("metrics", "format", "prometheus")))
        .contains("errors_total{why=\"x\"} 1\n")
        .contains("call_seconds_count 2\n")
        .contains("up{seal=\"a\"} 1\n");
    assertThat(
            text(system.readAs(scraper("application/openmetrics-text;version=1.0.0"), "metrics")))
        .contains("# TYPE call_seconds histogram\n");
    assertThat(system.readAs(scraper("text/plain"), "metrics").shape())
        .isEqualTo(Response.Shape.BARE);
    Endpoint without = new MetricsEndpoint(system.metrics, false).endpoints().getFirst();
    assertThatThrownBy(
            () -> system.readOf(without, scraper("application/openmetrics-text"), "metrics"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.Invalid.class));
    assertThatThrownBy(() -> system.read("metrics", "format", "xml"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.Invalid.class));
  }

  @Test
  void takesATokenUnlessTheListenerOpensItAndTellsNothingWhereTheListenerForbidsIt() {
    Endpoint metrics =
        system.endpoints().stream()
            .filter(endpoint -> endpoint.pattern().toString().equals("metrics"))
            .findFirst()
            .orElseThrow();
    assertThat(metrics.unauthenticated(Client.LOCAL)).isFalse();
    Set<OpenEndpoints> open = EnumSet.of(OpenEndpoints.METRICS);
    assertThat(metrics.unauthenticated(client(open, Redaction.NOTHING, ""))).isTrue();
    Client forbidden = client(open, new Redaction(false, false, false, true), "");
    assertThatThrownBy(() -> system.readAs(forbidden, "metrics"))
        .isInstanceOfSatisfying(
            RefusedException.class,
            e -> assertThat(e.refusal()).isInstanceOf(Refusal.Denied.class));
  }
}
