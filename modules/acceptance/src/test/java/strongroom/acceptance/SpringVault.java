package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.vault.VaultException;
import org.springframework.vault.authentication.TokenAuthentication;
import org.springframework.vault.client.VaultEndpoint;
import org.springframework.vault.core.VaultKeyValueOperationsSupport.KeyValueBackend;
import org.springframework.vault.core.VaultSysOperations;
import org.springframework.vault.core.VaultTemplate;
import org.springframework.vault.core.VaultTransitOperations;
import org.springframework.vault.core.VaultVersionedKeyValueOperations;
import org.springframework.vault.support.Ciphertext;
import org.springframework.vault.support.Plaintext;
import org.springframework.vault.support.Policy;
import org.springframework.vault.support.VaultMount;
import org.springframework.vault.support.VaultToken;
import org.springframework.vault.support.VaultTokenRequest;
import org.springframework.vault.support.VaultTransitKeyCreationRequest;
import org.springframework.vault.support.Versioned;

/** What an application does with Spring Vault, as its reference shows each area. */
final class SpringVault {
  private final VaultEndpoint endpoint;
  private final VaultTemplate vault;

  SpringVault(URI server, String token) {
    endpoint = VaultEndpoint.from(server);
    vault = as(token);
  }

  private VaultTemplate as(String token) {
    return new VaultTemplate(endpoint, new TokenAuthentication(token));
  }

  void roundTrip() {
    system();
    versioned();
    unversioned();
    transit();
    tokensAndPolicies();
    wrapping();
  }

  private void system() {
    VaultSysOperations sys = vault.opsForSys();
    assertThat(sys.isInitialized()).isTrue();
    assertThat(sys.health().isSealed()).isFalse();
    assertThat(sys.getUnsealStatus().isSealed()).isFalse();
    sys.mount("spring-kv", VaultMount.builder().type("kv").options(Map.of("version", "2")).build());
    sys.mount("spring-old", VaultMount.builder().type("kv").description("by Spring").build());
    sys.mount("spring-transit", VaultMount.create("transit"));
    assertThat(sys.getMounts().get("spring-old/").getDescription()).isEqualTo("by Spring");
    assertThat(sys.getAuthMounts()).containsKey("token/");
  }

  private void versioned() {
    VaultVersionedKeyValueOperations kv = vault.opsForVersionedKeyValue("spring-kv");
    Versioned.Metadata first = kv.put("app/db", Map.of("user", "svc"));
    assertThat(first.getVersion()).isEqualTo(Versioned.Version.from(1));
    kv.put("app/db", Versioned.create(Map.of("user", "other"), Versioned.Version.from(1)));
    assertThatThrownBy(
            () -> kv.put("app/db", Versioned.create(Map.of("x", 1), Versioned.Version.from(1))))
        .isInstanceOf(VaultException.class);
    assertThat(kv.get("app/db").getRequiredData()).isEqualTo(Map.of("user", "other"));
    assertThat(kv.get("app/db", Versioned.Version.from(1)).getRequiredData())
        .isEqualTo(Map.of("user", "svc"));
    kv.delete("app/db", Versioned.Version.from(1));
    kv.undelete("app/db", Versioned.Version.from(1));
    kv.destroy("app/db", Versioned.Version.from(1));
    assertThat(kv.opsForKeyValueMetadata().get("app/db").getVersions())
        .filteredOn(Versioned.Metadata::isDestroyed)
        .hasSize(1);
    assertThat(kv.list("app")).containsExactly("db");
    kv.opsForKeyValueMetadata().delete("app/db");
    assertThat(kv.get("app/db")).isNull();
  }

  private void unversioned() {
    var kv = vault.opsForKeyValue("spring-old", KeyValueBackend.KV_1);
    kv.put("a/b", Map.of("k", "v"));
    assertThat(kv.get("a/b").getData()).containsEntry("k", "v");
    assertThat(kv.list("a")).containsExactly("b");
    kv.delete("a/b");
    assertThat(kv.get("a/b")).isNull();
  }

  private void transit() {
    VaultTransitOperations transit = vault.opsForTransit("spring-transit");
    transit.createKey("aes", VaultTransitKeyCreationRequest.ofKeyType("aes256-gcm96"));
    Ciphertext ciphertext = transit.encrypt("aes", Plaintext.of("x"));
    transit.rotate("aes");
    String rewrapped = transit.rewrap("aes", ciphertext.getCiphertext());
    assertThat(rewrapped).startsWith("vault:v2:");
    assertThat(transit.decrypt("aes", rewrapped)).isEqualTo("x");
    assertThat(transit.encrypt("aes", List.of(Plaintext.of("a"), Plaintext.of("b"))))
        .allMatch(result -> result.isSuccessful());
    assertThat(transit.getKey("aes").getLatestVersion()).isEqualTo(2);
    transit.createKey("ec", VaultTransitKeyCreationRequest.ofKeyType("ecdsa-p256"));
    assertThat(transit.verify("ec", Plaintext.of("x"), transit.sign("ec", Plaintext.of("x"))))
        .isTrue();
    assertThat(transit.verify("ec", Plaintext.of("y"), transit.sign("ec", Plaintext.of("x"))))
        .isFalse();
    assertThat(transit.getKeys()).containsExactlyInAnyOrder("aes", "ec");
  }

  private void tokensAndPolicies() {
    vault
        .opsForSys()
        .createOrUpdatePolicy(
            "spring-reader",
            Policy.of(
                Policy.Rule.builder()
                    .path("spring-old/*")
                    .capability(Policy.BuiltinCapabilities.READ)
                    .build()));
    assertThat(vault.opsForSys().getPolicyNames()).contains("spring-reader");
    vault.write("spring-old/a", Map.of("k", "v"));
    VaultToken made =
        vault
            .opsForToken()
            .create(
                VaultTokenRequest.builder()
                    .withPolicy("spring-reader")
                    .ttl(Duration.ofHours(1))
                    .renewable()
                    .build())
            .getToken();
    VaultTemplate reader = as(made.getToken());
    assertThat(reader.read("spring-old/a").getData()).containsEntry("k", "v");
    assertThatThrownBy(() -> reader.write("spring-old/a", Map.of("k", "w")))
        .isInstanceOf(VaultException.class)
        .hasMessageContaining("403");
    assertThat(vault.opsForToken().renew(made).getAuth()).containsEntry("renewable", true);
    vault.opsForToken().revoke(made);
    assertThatThrownBy(() -> reader.read("spring-old/a")).hasMessageContaining("403");
  }

  private void wrapping() {
    var wrapping = vault.opsForWrapping();
    var wrapped = wrapping.wrap(Map.of("k", "v"), Duration.ofMinutes(1));
    assertThat(wrapping.lookup(wrapped.getToken()).getTtl()).isEqualTo(Duration.ofMinutes(1));
    assertThat(wrapping.read(wrapped.getToken()).getData()).containsEntry("k", "v");
    assertThat(wrapping.read(wrapped.getToken())).isNull();
  }
}
