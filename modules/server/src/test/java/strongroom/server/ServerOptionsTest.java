package strongroom.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerOptionsTest {
  private static ServerOptions parse(String... arguments) throws ServerOptions.Unknown {
    return ServerOptions.parse(List.of(arguments), Map.of());
  }

  @Test
  void takesFlagsWithOneAndTwoDashesAndValuesBehindEqualsOrSpace() throws Exception {
    ServerOptions options = parse("-config=a.hcl", "--config", "b", "-log-level", "debug");
    assertThat(options.files()).containsExactly(Path.of("a.hcl"), Path.of("b"));
    assertThat(options.flags()).containsEntry("log_level", "debug");
    assertThat(options.dev()).isFalse();
  }

  @Test
  void takesEveryDevFlagAsDev() throws Exception {
    assertThat(parse("-dev-hsm").dev()).isTrue();
    assertThat(parse("-dev-tls").dev()).isTrue();
    assertThat(parse("-dev", "-dev-root-token-id=root").devRootToken()).contains("root");
    assertThat(parse("-dev=false").dev()).isFalse();
    assertThat(parse("-dev").devStoreToken()).isTrue();
    assertThat(parse("-dev", "-dev-no-store-token").devStoreToken()).isFalse();
    assertThat(parse("-dev").devKv()).isTrue();
    assertThat(parse("-dev", "-dev-no-kv").devKv()).isFalse();
  }

  @Test
  void readsDevSettingsFromTheEnvironmentWhereNoFlagIsGiven() throws Exception {
    Map<String, String> environment =
        Map.of("VAULT_DEV_ROOT_TOKEN_ID", "env", "VAULT_DEV_LISTEN_ADDRESS", "127.0.0.1:1");
    ServerOptions fromEnvironment = ServerOptions.parse(List.of("-dev"), environment);
    assertThat(fromEnvironment.devRootToken()).contains("env");
    assertThat(fromEnvironment.devListenAddress()).isEqualTo("127.0.0.1:1");
    assertThat(
            ServerOptions.parse(List.of("-dev", "-dev-root-token-id=flag"), environment)
                .devRootToken())
        .contains("flag");
  }

  @Test
  void namesAFlagItDoesNotKnow() {
    assertThatThrownBy(() -> parse("-confg=a.hcl")).hasMessageContaining("-confg");
    assertThatThrownBy(() -> parse("a.hcl")).hasMessageContaining("-config=a.hcl");
    assertThatThrownBy(() -> parse("-config")).hasMessageContaining("needs a value");
    assertThatThrownBy(() -> parse("-dev=maybe")).hasMessageContaining("true or false");
  }
}
