package strongroom.config;

import java.util.List;

/** The keys outside of listeners and seals. Sources: Vault's and OpenBao's configuration pages. */
final class ServerStanzas {
  private static final List<SettingKey> BLOCKS =
      List.of(
          SettingKey.of("storage", Kind.BLOCK, "required", "where data is kept: `raft`, `inmem`")
              .aliases("backend"),
          SettingKey.none("ha_storage", Kind.BLOCK, "coordination; `raft` does its own")
              .aliases("ha_backend"),
          SettingKey.of("listener", Kind.BLOCK, "one is required", "an address: `tcp`, `unix`"),
          SettingKey.of("seal", Kind.BLOCK, "`shamir`", "what protects the root key")
              .aliases("hsm"),
          SettingKey.of("telemetry", Kind.BLOCK, "", "metrics"),
          SettingKey.none("user_lockout", Kind.BLOCK, "locking out after failed logins"),
          SettingKey.of("audit", Kind.BLOCK, "", "an audit device: two labels, type and path"),
          SettingKey.none("service_registration", Kind.BLOCK, "telling Consul or Kubernetes"),
          SettingKey.lacking("initialize", Kind.BLOCK, "requests to run at the first start"),
          SettingKey.lacking("plugin", Kind.BLOCK, "a plugin to fetch and register"),
          SettingKey.lacking("external_keys", Kind.BLOCK, "keys outside of the server"),
          SettingKey.of("kms_library", Kind.BLOCK, "", "a library for managed keys: `pkcs11`"),
          SettingKey.of("entropy", Kind.BLOCK, "", "random numbers from the seal: `seal`"),
          SettingKey.lacking("sentinel", Kind.BLOCK, "Sentinel policies"),
          SettingKey.none("reporting", Kind.BLOCK, "licence reports; there is no licence"),
          SettingKey.none("replication", Kind.BLOCK, "replication between clusters"),
          SettingKey.none("request_limiter", Kind.BLOCK, "adaptive limit of requests"),
          SettingKey.none("adaptive_overload_protection", Kind.BLOCK, "adaptive limit of writes"),
          SettingKey.none("feature_flags", Kind.ANY, "flags of OpenBao"));

  private static final List<SettingKey> CLUSTER =
      List.of(
          SettingKey.of("api_addr", Kind.TEXT, "from the first listener", "URL told to clients")
              .variables("VAULT_API_ADDR", "VAULT_REDIRECT_ADDR", "VAULT_ADVERTISE_ADDR")
              .aliases("redirect_addr", "advertise_addr"),
          SettingKey.of(
                  "cluster_addr",
                  Kind.TEXT,
                  "`api_addr`, port + 1",
                  "URL of this node for others; makes it one of a cluster")
              .variables("VAULT_CLUSTER_ADDR"),
          SettingKey.of("cluster_name", Kind.TEXT, "made up", "a name for people"),
          SettingKey.of("disable_clustering", Kind.BOOLEAN, "false", "not with `raft`"));

  private static final List<SettingKey> LOG =
      List.of(
          SettingKey.of("log_level", Kind.TEXT, "`info`", "`trace` `debug` `info` `warn` `error`")
              .variables("VAULT_LOG_LEVEL"),
          SettingKey.of("log_format", Kind.TEXT, "`standard`", "`standard` or `json`")
              .variables("VAULT_LOG_FORMAT"),
          SettingKey.of(
              "log_file", Kind.TEXT, "", "file, or folder, to log to beside standard output"),
          SettingKey.of("log_rotate_bytes", Kind.BYTES, "no limit", "size that starts a new file"),
          SettingKey.of("log_rotate_duration", Kind.DURATION, "24h", "age that starts a new file"),
          SettingKey.of("log_rotate_max_files", Kind.WHOLE, "0", "old files kept; 0 all, -1 none"),
          SettingKey.lacking("log_requests_level", Kind.TEXT, "level of a line per request"));

  private static final List<SettingKey> SERVER =
      List.of(
          SettingKey.of("default_lease_ttl", Kind.DURATION, "768h", "lifetime where none is asked"),
          SettingKey.of("max_lease_ttl", Kind.DURATION, "768h", "longest lifetime"),
          SettingKey.of(
              "default_max_request_duration", Kind.DURATION, "90s", "longest time for a request"),
          SettingKey.of("pid_file", Kind.TEXT, "", "file for the process's number"),
          SettingKey.of(
              "enable_response_header_hostname", Kind.BOOLEAN, "false", "`X-Vault-Hostname`"),
          SettingKey.of(
              "enable_response_header_raft_node_id",
              Kind.BOOLEAN,
              "false",
              "`X-Vault-Raft-Node-ID`"),
          SettingKey.of(
              "disable_sealwrap",
              Kind.BOOLEAN,
              "false",
              "nothing but the keyring is sealed twice when it is written"),
          SettingKey.lacking("raw_storage_endpoint", Kind.BOOLEAN, "`sys/raw`"),
          SettingKey.lacking("introspection_endpoint", Kind.BOOLEAN, "`sys/internal/inspect`"),
          SettingKey.none("ui", Kind.BOOLEAN, "the web interface").variables("VAULT_UI"),
          SettingKey.none("disable_mlock", Kind.BOOLEAN, "keys are locked in memory, always")
              .variables("VAULT_DISABLE_MLOCK"),
          SettingKey.none("disable_cache", Kind.BOOLEAN, "there is no read cache to disable"),
          SettingKey.none("cache_size", Kind.WHOLE, "there is no read cache to size"),
          SettingKey.none("plugin_directory", Kind.TEXT, "all engines are built in"),
          SettingKey.none("plugin_file_uid", Kind.WHOLE, "all engines are built in"),
          SettingKey.none("plugin_file_permissions", Kind.ANY, "all engines are built in"),
          SettingKey.none("plugin_tmpdir", Kind.TEXT, "all engines are built in")
              .variables("VAULT_PLUGIN_TMPDIR"),
          SettingKey.none("plugin_auto_download", Kind.BOOLEAN, "all engines are built in"),
          SettingKey.none("plugin_auto_register", Kind.BOOLEAN, "all engines are built in"),
          SettingKey.none("plugin_download_behavior", Kind.TEXT, "all engines are built in"),
          SettingKey.none("disable_performance_standby", Kind.BOOLEAN, "standbys that read"),
          SettingKey.none("disable_standby_reads", Kind.BOOLEAN, "standbys that read"),
          SettingKey.none("disable_ssct_tokens", Kind.BOOLEAN, "tokens that carry an index"),
          SettingKey.none("license_path", Kind.TEXT, "no licence is needed")
              .variables("VAULT_LICENSE_PATH"),
          SettingKey.none("experiments", Kind.TEXTS, "there are none")
              .variables("VAULT_EXPERIMENTS"),
          SettingKey.none("detect_deadlocks", Kind.ANY, "a debugging aid of Vault's"),
          SettingKey.none("imprecise_lease_role_tracking", Kind.BOOLEAN, "counts by role"),
          SettingKey.none("enable_post_unseal_trace", Kind.BOOLEAN, "a debugging aid of Vault's"),
          SettingKey.none("post_unseal_trace_directory", Kind.TEXT, "a debugging aid of Vault's"),
          SettingKey.none("administrative_namespace_path", Kind.TEXT, "namespaces"),
          SettingKey.of(
              "allow_audit_log_prefixing",
              Kind.BOOLEAN,
              "false",
              "audit devices may have `prefix`"),
          SettingKey.of(
              "unsafe_allow_api_audit_creation",
              Kind.BOOLEAN,
              "true",
              "clients may enable audit devices"),
          SettingKey.of(
              "audit_folders", Kind.TEXTS, "`/var/log` for clients", "where audit files may be"),
          SettingKey.none("unsafe_cross_namespace_identity", Kind.BOOLEAN, "namespaces"),
          SettingKey.none("allow_unauthenticated_workflows", Kind.BOOLEAN, "workflows"),
          SettingKey.none("disable_sentinel_trace", Kind.BOOLEAN, "Sentinel policies"),
          SettingKey.none("enable_ui", Kind.BOOLEAN, "older spelling of `ui`"),
          SettingKey.none(
              "disable_printable_check", Kind.BOOLEAN, "non-printable characters in paths"));

  static final Stanza TOP = Stanza.of("the top level", Stanza.join(BLOCKS, CLUSTER, LOG, SERVER));

  static final Stanza RAFT =
      Stanza.of(
          "storage \"raft\"",
          List.of(
              SettingKey.of("path", Kind.TEXT, "required", "folder of all data")
                  .variables("VAULT_RAFT_PATH"),
              SettingKey.of("node_id", Kind.TEXT, "made up and kept", "this node's name")
                  .variables("VAULT_RAFT_NODE_ID"),
              SettingKey.of(
                  "performance_multiplier",
                  Kind.WHOLE,
                  "5",
                  "wait for a silent leader: 150 ms and so many 50 ms; 1 to 10"),
              SettingKey.none("trailing_logs", Kind.WHOLE, "8192 entries stay for nodes that lag"),
              SettingKey.of("snapshot_threshold", Kind.WHOLE, "8192", "entries between snapshots"),
              SettingKey.none("snapshot_interval", Kind.DURATION, "each entry is looked at"),
              SettingKey.of("max_entry_size", Kind.BYTES, "1048576", "largest value"),
              SettingKey.of(
                  "max_transaction_size",
                  Kind.BYTES,
                  "8388608",
                  "most that one request writes; never less than a value and 1 MiB"),
              SettingKey.none(
                  "max_mount_and_namespace_table_entry_size", Kind.BYTES, "mounts are one value"),
              SettingKey.none("autopilot_reconcile_interval", Kind.DURATION, "autopilot"),
              SettingKey.none("autopilot_update_interval", Kind.DURATION, "autopilot"),
              SettingKey.none("autopilot_redundancy_zone", Kind.TEXT, "autopilot"),
              SettingKey.none("autopilot_upgrade_version", Kind.TEXT, "autopilot"),
              SettingKey.none("raft_wal", Kind.BOOLEAN, "the log has one form"),
              SettingKey.none("raft_log_verifier_enabled", Kind.BOOLEAN, "the log has checksums"),
              SettingKey.none("raft_log_verification_interval", Kind.DURATION, "as above"),
              SettingKey.of("retry_join", Kind.BLOCK, "", "a node to join at the first start"),
              SettingKey.of(
                      "retry_join_as_non_voter", Kind.BOOLEAN, "false", "joins without a vote")
                  .variables("VAULT_RAFT_RETRY_JOIN_AS_NON_VOTER")));

  static final Stanza RETRY_JOIN =
      Stanza.quiet(
          "retry_join",
          List.of(
              SettingKey.of("leader_api_addr", Kind.TEXT, "", "URL of a node"),
              SettingKey.lacking("auto_join", Kind.TEXT, "search in a cloud"),
              SettingKey.lacking("auto_join_scheme", Kind.TEXT, "`http` or `https`"),
              SettingKey.lacking("auto_join_port", Kind.WHOLE, "port of what is found"),
              SettingKey.of("leader_tls_servername", Kind.TEXT, "", "name in its certificate"),
              SettingKey.of("leader_ca_cert_file", Kind.TEXT, "", "file of its authority"),
              SettingKey.of("leader_client_cert_file", Kind.TEXT, "", "own certificate's file"),
              SettingKey.of("leader_client_key_file", Kind.TEXT, "", "own key's file"),
              SettingKey.of("leader_ca_cert", Kind.TEXT, "", "its authority, PEM"),
              SettingKey.of("leader_client_cert", Kind.TEXT, "", "own certificate, PEM"),
              SettingKey.of("leader_client_key", Kind.TEXT, "", "own key, PEM")));

  static final Stanza INMEM =
      Stanza.of(
          "storage \"inmem\"",
          List.of(SettingKey.none("disable_transactions", Kind.BOOLEAN, "for tests of OpenBao")));

  static final Stanza TELEMETRY =
      Stanza.quiet(
          "telemetry",
          List.of(
              SettingKey.of(
                  "prometheus_retention_time",
                  Kind.DURATION,
                  "24h",
                  "0: `sys/metrics` does not answer as Prometheus reads it"),
              SettingKey.none("disable_hostname", Kind.BOOLEAN, "no host in names"),
              SettingKey.none("enable_hostname_label", Kind.BOOLEAN, "host as a label"),
              SettingKey.none("metrics_prefix", Kind.TEXT, "first part of names"),
              SettingKey.none("usage_gauge_period", Kind.ANY, "how often to count usage"),
              SettingKey.none("maximum_gauge_cardinality", Kind.WHOLE, "labels of a gauge"),
              SettingKey.none("lease_metrics_epsilon", Kind.DURATION, "leases by expiry"),
              SettingKey.none("num_lease_metrics_buckets", Kind.WHOLE, "leases by expiry"),
              SettingKey.none("add_lease_metrics_namespace_labels", Kind.BOOLEAN, "labels"),
              SettingKey.none("add_mount_point_rollback_metrics", Kind.BOOLEAN, "by mount"),
              SettingKey.none("rollback_metrics_include_mount_point", Kind.BOOLEAN, "by mount"),
              SettingKey.none("filter_default", Kind.BOOLEAN, "metrics no filter names"),
              SettingKey.none("prefix_filter", Kind.TEXTS, "`+` and `-` with a prefix"),
              SettingKey.none("statsite_address", Kind.TEXT, "statsite"),
              SettingKey.none("statsd_address", Kind.TEXT, "statsd"),
              SettingKey.none("dogstatsd_addr", Kind.TEXT, "DogStatsD"),
              SettingKey.none("dogstatsd_tags", Kind.TEXTS, "DogStatsD"),
              SettingKey.none("stackdriver_project_id", Kind.TEXT, "Stackdriver"),
              SettingKey.none("stackdriver_location", Kind.TEXT, "Stackdriver"),
              SettingKey.none("stackdriver_namespace", Kind.TEXT, "Stackdriver"),
              SettingKey.none("stackdriver_debug_logs", Kind.BOOLEAN, "Stackdriver"),
              SettingKey.none("circonus_api_token", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_api_app", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_api_url", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_submission_interval", Kind.DURATION, "Circonus"),
              SettingKey.none("circonus_submission_url", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_check_id", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_check_force_metric_activation", Kind.ANY, "Circonus"),
              SettingKey.none("circonus_check_instance_id", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_check_search_tag", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_check_display_name", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_check_tags", Kind.ANY, "Circonus"),
              SettingKey.none("circonus_broker_id", Kind.TEXT, "Circonus"),
              SettingKey.none("circonus_broker_select_tag", Kind.TEXT, "Circonus")));

  static final Stanza KMS_LIBRARY =
      Stanza.strict(
          "kms_library \"pkcs11\"",
          List.of(
              SettingKey.of("name", Kind.TEXT, "required", "how managed keys name it"),
              SettingKey.of("library", Kind.TEXT, "required", "path of the PKCS#11 library"),
              SettingKey.of(
                  "isolate_library",
                  Kind.BOOLEAN,
                  "false",
                  "the library runs in a process of its own")));

  static final Stanza ENTROPY =
      Stanza.strict(
          "entropy \"seal\"",
          List.of(
              SettingKey.of(
                  "mode",
                  Kind.TEXT,
                  "required",
                  "`augmentation`: the HSM's randomness is mixed into the system's")));

  static final Stanza USER_LOCKOUT =
      Stanza.quiet(
          "user_lockout",
          List.of(
              SettingKey.none("lockout_threshold", Kind.WHOLE, "failed logins before it"),
              SettingKey.none("lockout_duration", Kind.DURATION, "how long it lasts"),
              SettingKey.none(
                  "lockout_counter_reset", Kind.DURATION, "when failures are forgotten"),
              SettingKey.none("disable_lockout", Kind.BOOLEAN, "never")));

  static final Stanza AUDIT =
      Stanza.quiet(
          "audit",
          List.of(
              SettingKey.of("description", Kind.TEXT, "", "for people"),
              SettingKey.none("local", Kind.BOOLEAN, "nothing is replicated"),
              SettingKey.of("options", Kind.BLOCK, "", "of the device ([audit.md](audit.md))")));

  private ServerStanzas() {}
}
