package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sys/} tells and limits, asked of a running server by clients that others wrote. */
class SystemApiTest {
  private static final String PYTHON = Command.ROOT.resolve("target/venv/bin/python3").toString();

  @TempDir Path folder;

  @Test
  void answersAsItsClientsNeedIt() throws Exception {
    try (DevServer server =
        DevServer.start(folder, Map.of("HOME", folder.toString()), "-dev", "-dev-no-store-token")) {
      Api root = Api.at(URI.create("http://127.0.0.1:" + server.port())).as("root");
      root.put("sys/mounts/transit", "{'type':'transit'}").expect(204);
      describesItselfInValidOpenApi(root);
      holdsBackWhoAsksTooOften(root);
    }
  }

  private void describesItselfInValidOpenApi(Api root) throws Exception {
    for (String query : List.of("", "?generic_mount_paths=true")) {
      Api.Answer document = root.get("sys/internal/specs/openapi" + query).expect(200);
      assertThat(document.text()).contains("\"/sys/unseal\"", "/keys/{name}\"", "/data/{path}\"");
      Path file = Files.write(folder.resolve("openapi.json"), document.body());
      Command.run(
              Map.of(), PYTHON, "-m", "openapi_spec_validator", "--errors", "all", file.toString())
          .expectSuccess();
    }
  }

  private static void holdsBackWhoAsksTooOften(Api root) {
    root.put("sys/quotas/config", "{'enable_rate_limit_response_headers':true}").expect(204);
    root.put("sys/quotas/rate-limit/all", "{'rate':1,'interval':'1h'}").expect(204);
    assertThat(root.get("sys/auth").expect(200).headers().firstValue("X-Ratelimit-Remaining"))
        .contains("0");
    Api.Answer refused = root.get("sys/auth").expect(429);
    assertThat(refused.headers().firstValueAsLong("Retry-After").orElseThrow())
        .isBetween(1L, 3600L);
    assertThat(refused.text()).contains("rate limit quota exceeded");
    root.delete("sys/quotas/rate-limit/all").expect(204);
    root.get("sys/auth").expect(200);
  }
}
