package strongroom.config;

import java.util.ArrayList;
import java.util.List;

/**
 * A key that a stanza may have.
 *
 * @param name as it is written
 * @param type what its value may be
 * @param used whether it has an effect here; the others are taken so that files of Vault's work
 */
record Key(String name, Type type, boolean used) {
  enum Type {
    TEXT,
    BOOLEAN,
    NUMBER,
    DURATION,
    TEXTS,
    /** A block, or whatever: looked at by whoever knows it. */
    ANY
  }

  private static List<Key> of(Type type, boolean used, String... names) {
    List<Key> keys = new ArrayList<>();
    for (String name : names) {
      keys.add(new Key(name, type, used));
    }
    return keys;
  }

  @SafeVarargs
  private static List<Key> all(List<Key>... groups) {
    List<Key> keys = new ArrayList<>();
    for (List<Key> group : groups) {
      keys.addAll(group);
    }
    return List.copyOf(keys);
  }

  static final List<Key> TOP =
      all(
          of(Type.ANY, true, "storage", "backend", "listener", "seal"),
          of(
              Type.TEXT,
              true,
              "api_addr",
              "cluster_addr",
              "cluster_name",
              "log_level",
              "log_format",
              "pid_file"),
          of(Type.DURATION, true, "default_lease_ttl", "max_lease_ttl"),
          of(
              Type.ANY,
              false,
              "ha_storage",
              "ha_backend",
              "telemetry",
              "user_lockout",
              "service_registration",
              "audit",
              "entropy",
              "reporting",
              "sentinel",
              "kms_library",
              "initialize",
              "plugin",
              "experiments"),
          of(
              Type.BOOLEAN,
              false,
              "disable_mlock",
              "disable_cache",
              "ui",
              "raw_storage_endpoint",
              "introspection_endpoint",
              "disable_sealwrap",
              "disable_clustering",
              "disable_performance_standby",
              "disable_printable_check",
              "disable_indexing",
              "disable_sentinel_trace",
              "enable_response_header_hostname",
              "enable_response_header_raft_node_id",
              "enable_post_unseal_trace",
              "imprecise_lease_role_tracking",
              "log_requests_level",
              "allow_audit_log_prefixing",
              "unsafe_allow_api_audit_creation",
              "unsafe_cross_namespace_identity",
              "remove_irrevocable_lease_after",
              "enable_unauthenticated_access"),
          of(
              Type.TEXT,
              false,
              "plugin_directory",
              "plugin_tmpdir",
              "log_file",
              "license_path",
              "detect_deadlocks",
              "administrative_namespace_path",
              "cluster_cipher_suites",
              "post_unseal_trace_directory"),
          of(
              Type.NUMBER,
              false,
              "cache_size",
              "log_rotate_bytes",
              "log_rotate_max_files",
              "plugin_file_uid",
              "plugin_file_permissions"),
          of(Type.DURATION, false, "log_rotate_duration", "default_max_request_duration"));

  static final List<Key> RAFT =
      all(
          of(Type.TEXT, true, "path", "node_id"),
          of(Type.NUMBER, true, "snapshot_threshold", "max_entry_size"),
          of(
              Type.NUMBER,
              false,
              "performance_multiplier",
              "trailing_logs",
              "max_mount_and_namespace_table_entry_size",
              "raft_log_verification"),
          of(
              Type.DURATION,
              false,
              "snapshot_interval",
              "autopilot_reconcile_interval",
              "autopilot_update_interval"),
          of(
              Type.ANY,
              false,
              "retry_join",
              "retry_join_as_non_voter",
              "autopilot_upgrade_version",
              "autopilot_redundancy_zone",
              "raft_wal"));

  private static final List<Key> LISTENER =
      all(
          of(Type.TEXT, true, "address"),
          of(Type.NUMBER, true, "max_request_size"),
          of(Type.DURATION, true, "max_request_duration", "http_idle_timeout"),
          of(Type.BOOLEAN, true, "require_request_header"),
          of(Type.ANY, true, "custom_response_headers"));

  static final List<Key> TCP =
      all(
          LISTENER,
          of(
              Type.TEXT,
              true,
              "cluster_address",
              "tls_cert_file",
              "tls_key_file",
              "tls_min_version",
              "tls_max_version",
              "tls_client_ca_file"),
          of(
              Type.BOOLEAN,
              true,
              "tls_disable",
              "tls_require_and_verify_client_cert",
              "tls_disable_client_certs",
              "x_forwarded_for_reject_not_authorized",
              "x_forwarded_for_reject_not_present"),
          of(Type.TEXTS, true, "tls_cipher_suites", "x_forwarded_for_authorized_addrs"),
          of(Type.NUMBER, true, "x_forwarded_for_hop_skips"),
          of(
              Type.DURATION,
              false,
              "http_read_header_timeout",
              "http_read_timeout",
              "http_write_timeout"),
          of(
              Type.ANY,
              false,
              "telemetry",
              "profiling",
              "inflight_requests_logging",
              "agent_api",
              "proxy_api",
              "cors",
              "proxy_protocol_behavior",
              "proxy_protocol_authorized_addrs",
              "x_forwarded_for_client_cert_header",
              "x_forwarded_for_client_cert_header_decoders",
              "tls_prefer_server_cipher_suites",
              "chroot_namespace",
              "redact_addresses",
              "redact_cluster_name",
              "redact_version",
              "disable_replication_status_endpoints",
              "disable_request_limiter",
              "disable_unauthed_rekey_endpoints",
              "disable_unauthed_generate_root_endpoints",
              "max_request_json_memory",
              "max_request_json_strings",
              "max_json_depth",
              "max_json_string_value_length",
              "max_json_object_entry_count",
              "max_json_array_element_count",
              "role",
              "socket_mode",
              "tls_acme_cache_path",
              "tls_acme_ca_directory",
              "tls_acme_email",
              "tls_acme_domains"));

  static final List<Key> UNIX =
      all(LISTENER, of(Type.TEXT, true, "socket_mode", "socket_user", "socket_group"));
}
