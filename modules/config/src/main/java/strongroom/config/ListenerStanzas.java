package strongroom.config;

import java.util.List;

/** The keys of listeners. Sources: Vault's and OpenBao's pages on the listeners tcp and unix. */
final class ListenerStanzas {
  private static final List<SettingKey> HTTP =
      List.of(
          SettingKey.of("max_request_size", Kind.BYTES, "33554432", "largest body; below 0 any"),
          SettingKey.of(
              "max_request_duration",
              Kind.DURATION,
              "`default_max_request_duration`",
              "longest time for a request"),
          SettingKey.of("http_read_header_timeout", Kind.DURATION, "10s", "time for the headers"),
          SettingKey.of("http_read_timeout", Kind.DURATION, "30s", "time for headers and body"),
          SettingKey.of(
              "http_write_timeout",
              Kind.DURATION,
              "0 (60s a MiB)",
              "time for the client to take the answer"),
          SettingKey.of("http_idle_timeout", Kind.DURATION, "5m", "time between requests"),
          SettingKey.of("custom_response_headers", Kind.BLOCK, "", "headers by status: see below"),
          SettingKey.of(
              "require_request_header", Kind.BOOLEAN, "false", "`X-Vault-Request: true` is needed"),
          SettingKey.of("redact_addresses", Kind.BOOLEAN, "false", "no addresses in `sys/leader`"),
          SettingKey.of(
              "redact_cluster_name",
              Kind.BOOLEAN,
              "false",
              "no cluster name in `sys/health`, `sys/seal-status`"),
          SettingKey.of("redact_version", Kind.BOOLEAN, "false", "no version in the same"),
          SettingKey.of(
              "disable_unauthed_rekey_endpoints",
              Kind.BOOLEAN,
              "true",
              "`sys/rekey` takes a token with `sudo`"),
          SettingKey.of(
              "disable_unauthed_generate_root_endpoints",
              Kind.BOOLEAN,
              "false",
              "`sys/generate-root` takes a token with `sudo`"),
          SettingKey.of("telemetry", Kind.BLOCK, "", "see below"),
          SettingKey.none("profiling", Kind.BLOCK, "see below"),
          SettingKey.none("inflight_requests_logging", Kind.BLOCK, "see below"),
          SettingKey.of("max_json_values", Kind.WHOLE, "100000", "values of a body in all"),
          SettingKey.of(
              "max_request_header_size", Kind.BYTES, "32768", "largest headers: 431, line: 414"),
          SettingKey.none("max_request_json_memory", Kind.BYTES, "see `max_json_values`"),
          SettingKey.none("max_request_json_strings", Kind.WHOLE, "see `max_json_values`"),
          SettingKey.of(
              "max_json_depth", Kind.WHOLE, "100", "levels of arrays and objects, up to 1000"),
          SettingKey.of(
              "max_json_string_value_length", Kind.WHOLE, "the body", "characters of a string"),
          SettingKey.of(
              "max_json_object_entry_count",
              Kind.WHOLE,
              "`max_json_values`",
              "members of an object"),
          SettingKey.of(
              "max_json_array_element_count", Kind.WHOLE, "`max_json_values`", "items of an array"),
          SettingKey.none("max_json_token", Kind.WHOLE, "see `max_json_values`"),
          SettingKey.none("disable_request_limiter", Kind.BOOLEAN, "there is none"),
          SettingKey.none("disable_replication_status_endpoints", Kind.BOOLEAN, "replication"),
          SettingKey.of("disallow_metrics", Kind.BOOLEAN, "false", "as in the block `telemetry`"),
          SettingKey.lacking("metrics_only", Kind.BOOLEAN, "as in the block `telemetry`"),
          SettingKey.none("agent_api", Kind.BLOCK, "of Vault Agent"),
          SettingKey.none("proxy_api", Kind.BLOCK, "of Vault Proxy"),
          SettingKey.none("role", Kind.TEXT, "of Vault Agent"),
          SettingKey.lacking("chroot_namespace", Kind.TEXT, "namespaces"));

  private static final List<SettingKey> TLS =
      List.of(
          SettingKey.of("tls_disable", Kind.BOOLEAN, "false", "plain HTTP"),
          SettingKey.of(
              "tls_cert_file", Kind.TEXT, "required with TLS", "certificate and chain, PEM"),
          SettingKey.of("tls_key_file", Kind.TEXT, "required with TLS", "private key, PEM"),
          SettingKey.of("tls_min_version", Kind.TEXT, "`tls12`", "`tls12` or `tls13`"),
          SettingKey.of("tls_max_version", Kind.TEXT, "`tls13`", "`tls12` or `tls13`"),
          SettingKey.of("tls_cipher_suites", Kind.TEXTS, "the JDK's", "names, for TLS 1.2"),
          SettingKey.none("tls_prefer_server_cipher_suites", Kind.BOOLEAN, "obsolete in Vault too"),
          SettingKey.of("tls_client_ca_file", Kind.TEXT, "the system's", "authorities of clients"),
          SettingKey.of(
              "tls_require_and_verify_client_cert",
              Kind.BOOLEAN,
              "false",
              "clients need a certificate"),
          SettingKey.of(
              "tls_disable_client_certs", Kind.BOOLEAN, "false", "clients are not asked for one"),
          SettingKey.lacking("tls_acme_ca_directory", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_test_ca_directory", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_cache_path", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_ca_root", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_eab_key_id", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_eab_mac_key", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_email", Kind.TEXT, "certificates by ACME"),
          SettingKey.lacking("tls_acme_domains", Kind.TEXTS, "certificates by ACME"),
          SettingKey.lacking(
              "tls_acme_disable_http_challenge", Kind.BOOLEAN, "certificates by ACME"),
          SettingKey.lacking(
              "tls_acme_disable_alpn_challenge", Kind.BOOLEAN, "certificates by ACME"));

  private static final List<SettingKey> ADDRESSES =
      List.of(
          SettingKey.of("address", Kind.TEXT, "127.0.0.1:8200", "where to listen"),
          SettingKey.of("cluster_address", Kind.TEXT, "`address`, port + 1", "for other nodes"),
          SettingKey.of(
              "x_forwarded_for_authorized_addrs", Kind.TEXTS, "", "proxies that are believed"),
          SettingKey.of(
              "x_forwarded_for_hop_skips", Kind.WHOLE, "0", "addresses to skip from last"),
          SettingKey.of(
              "x_forwarded_for_reject_not_authorized",
              Kind.BOOLEAN,
              "true",
              "refuse the header of others"),
          SettingKey.of(
              "x_forwarded_for_reject_not_present",
              Kind.BOOLEAN,
              "true",
              "refuse proxies that send none"),
          SettingKey.lacking("x_forwarded_for_client_cert_header", Kind.TEXT, "a certificate"),
          SettingKey.lacking(
              "x_forwarded_for_client_cert_header_decoders", Kind.TEXT, "how it is encoded"),
          SettingKey.lacking(
              "proxy_protocol_behavior",
              Kind.TEXT,
              "`use_always`, `allow_authorized`, `deny_unauthorized`"),
          SettingKey.lacking("proxy_protocol_authorized_addrs", Kind.TEXTS, "proxies believed"));

  static final Stanza TCP = Stanza.of("listener \"tcp\"", Stanza.join(ADDRESSES, TLS, HTTP));

  static final Stanza UNIX =
      Stanza.of(
          "listener \"unix\"",
          Stanza.join(
              List.of(
                  SettingKey.of("address", Kind.TEXT, "required", "path of the socket")
                      .aliases("path"),
                  SettingKey.of("socket_mode", Kind.TEXT, "0600", "octal permissions"),
                  SettingKey.of("socket_user", Kind.TEXT, "the process's", "name or number"),
                  SettingKey.of("socket_group", Kind.TEXT, "the process's", "name or number"),
                  SettingKey.none("tls_disable", Kind.BOOLEAN, "a socket has no TLS"),
                  SettingKey.none(
                      "unauthenticated_metrics_access",
                      Kind.BOOLEAN,
                      "write it in the block `telemetry`")),
              HTTP));

  static final Stanza TELEMETRY =
      Stanza.of(
          "telemetry of a listener",
          List.of(
              SettingKey.of(
                  "unauthenticated_metrics_access",
                  Kind.BOOLEAN,
                  "false",
                  "`sys/metrics` takes no token"),
              SettingKey.of(
                  "disallow_metrics",
                  Kind.BOOLEAN,
                  "false",
                  "no `sys/metrics`, whatever token asks"),
              SettingKey.lacking("metrics_only", Kind.BOOLEAN, "nothing else at this listener")));

  static final Stanza PROFILING =
      Stanza.quiet(
          "profiling of a listener",
          List.of(
              SettingKey.none("unauthenticated_pprof_access", Kind.BOOLEAN, "no token needed"),
              SettingKey.none(
                  "unauthenticated_in_flight_request_access", Kind.BOOLEAN, "no token needed")));

  static final Stanza IN_FLIGHT =
      Stanza.quiet(
          "inflight_requests_logging of a listener",
          List.of(
              SettingKey.none(
                  "unauthenticated_in_flight_requests_access", Kind.BOOLEAN, "no token needed")));

  private ListenerStanzas() {}
}
