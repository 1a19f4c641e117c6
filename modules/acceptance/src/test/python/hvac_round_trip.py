"""hvac against a running server: system, tokens, policies, identity, KV v1 and v2, transit, wrapping."""

import os

import hvac
from hvac.exceptions import Forbidden, InvalidPath, InvalidRequest

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["VAULT_TOKEN"])


def expect(condition, what):
    if not condition:
        raise SystemExit("not so: " + what)


def refused(call, kind, what):
    try:
        call()
    except kind:
        return
    raise SystemExit("was not refused: " + what)


# System.
expect(client.is_authenticated(), "the root token is good")
expect(client.sys.is_initialized(), "initialized")
expect(not client.sys.is_sealed(), "unsealed")
health = client.sys.read_health_status(method="GET")
expect(health["initialized"] and not health["sealed"] and not health["standby"], "healthy")
expect(client.sys.read_leader_status()["is_self"] in (True, False), "leader status")
client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
client.sys.enable_secrets_engine("kv", path="old", options={"version": "1"})
mounts = client.sys.list_mounted_secrets_engines()["data"]
expect(mounts["secret/"]["options"]["version"] == "2", "secret/ is KV v2")
expect("token/" in client.sys.list_auth_methods()["data"], "auth/token/ is listed")

# KV v2.
kv = client.secrets.kv.v2
kv.configure(max_versions=5, mount_point="secret")
expect(kv.read_configuration(mount_point="secret")["data"]["max_versions"] == 5, "configuration")
first = kv.create_or_update_secret("app/db", {"user": "svc", "n": 1}, cas=0)
expect(first["data"]["version"] == 1, "first version")
refused(lambda: kv.create_or_update_secret("app/db", {"x": 1}, cas=0), InvalidRequest, "stale cas")
kv.patch("app/db", {"n": 2})
read = kv.read_secret_version("app/db", raise_on_deleted_version=True)
expect(read["data"]["data"] == {"user": "svc", "n": 2}, "patched data")
expect(read["data"]["metadata"]["version"] == 2, "second version")
old = kv.read_secret_version("app/db", version=1, raise_on_deleted_version=True)
expect(old["data"]["data"]["n"] == 1, "first version is still there")
kv.delete_secret_versions("app/db", [1])
refused(
    lambda: kv.read_secret_version("app/db", version=1, raise_on_deleted_version=True),
    InvalidPath,
    "a deleted version",
)
kv.undelete_secret_versions("app/db", [1])
kv.read_secret_version("app/db", version=1, raise_on_deleted_version=True)
kv.destroy_secret_versions("app/db", [1])
kv.update_metadata("app/db", custom_metadata={"team": "data"})
metadata = kv.read_secret_metadata("app/db")["data"]
expect(metadata["versions"]["1"]["destroyed"], "destroyed")
expect(metadata["custom_metadata"] == {"team": "data"}, "custom metadata")
expect(kv.list_secrets("app")["data"]["keys"] == ["db"], "list")
kv.delete_metadata_and_all_versions("app/db")
refused(lambda: kv.read_secret_metadata("app/db"), InvalidPath, "a removed key")

# KV v1.
v1 = client.secrets.kv.v1
v1.create_or_update_secret("a/b", {"k": "v"}, mount_point="old")
expect(v1.read_secret("a/b", mount_point="old")["data"] == {"k": "v"}, "KV v1 read")
expect(v1.list_secrets("a", mount_point="old")["data"]["keys"] == ["b"], "KV v1 list")
v1.delete_secret("a/b", mount_point="old")
refused(lambda: v1.read_secret("a/b", mount_point="old"), InvalidPath, "a removed KV v1 key")

# Transit.
client.sys.enable_secrets_engine("transit")
transit = client.secrets.transit
x, y, context = "eA==", "eQ==", "Y29udGV4dA=="
transit.create_key(name="aes", exportable=True, allow_plaintext_backup=True)
first = transit.encrypt_data(name="aes", plaintext=x)["data"]["ciphertext"]
expect(first.startswith("vault:v1:"), "ciphertext")
transit.rotate_key(name="aes")
second = transit.rewrap_data(name="aes", ciphertext=first)["data"]["ciphertext"]
expect(second.startswith("vault:v2:"), "rewrapped ciphertext")
for ciphertext in (first, second):
    plain = transit.decrypt_data(name="aes", ciphertext=ciphertext)["data"]["plaintext"]
    expect(plain == x, "decrypted")
batch = transit.encrypt_data(
    name="aes", plaintext="", batch_input=[{"plaintext": x}, {"plaintext": y}]
)["data"]["batch_results"]
plain = transit.decrypt_data(
    name="aes", ciphertext="", batch_input=[{"ciphertext": item["ciphertext"]} for item in batch]
)["data"]["batch_results"]
expect([item["plaintext"] for item in plain] == [x, y], "batch")
refused(lambda: transit.encrypt_data(name="aes", plaintext="?"), InvalidRequest, "no base64")
transit.create_key(name="convergent", derived=True, convergent_encryption=True)
same = {
    transit.encrypt_data(name="convergent", plaintext=x, context=context)["data"]["ciphertext"]
    for _ in range(3)
}
expect(len(same) == 1, "convergent encryption")
for kind in ("ed25519", "ecdsa-p256", "ecdsa-p384", "ecdsa-p521", "rsa-2048"):
    transit.create_key(name=kind, key_type=kind)
    signature = transit.sign_data(name=kind, hash_input=x)["data"]["signature"]
    valid = transit.verify_signed_data(name=kind, hash_input=x, signature=signature)
    expect(valid["data"]["valid"], kind + " verifies")
    valid = transit.verify_signed_data(name=kind, hash_input=y, signature=signature)
    expect(not valid["data"]["valid"], kind + " verifies that only")
hmac = transit.generate_hmac(name="aes", hash_input=x)["data"]["hmac"]
valid = transit.verify_signed_data(name="aes", hash_input=x, hmac=hmac, hash_algorithm="sha2-256")
expect(valid["data"]["valid"], "HMAC")
data_key = transit.generate_data_key(name="aes", key_type="plaintext")["data"]
plain = transit.decrypt_data(name="aes", ciphertext=data_key["ciphertext"])["data"]["plaintext"]
expect(plain == data_key["plaintext"], "data key")
expect(len(transit.generate_random_bytes(n_bytes=16)["data"]["random_bytes"]) == 24, "random")
expect(len(transit.hash_data(hash_input=x)["data"]["sum"]) == 64, "hash")
exported = transit.export_key(name="aes", key_type="encryption-key", version=1)["data"]
expect(list(exported["keys"]) == ["1"], "export")
backup = transit.backup_key(name="aes")["data"]["backup"]
transit.restore_key(backup=backup, name="copy")
plain = transit.decrypt_data(name="copy", ciphertext=first)["data"]["plaintext"]
expect(plain == x, "decrypted by a restored copy")
transit.rotate_key(name="aes")
transit.update_key_configuration(
    name="aes", min_decryption_version=2, min_encryption_version=3, deletion_allowed=True
)
transit.trim_key(name="aes", min_version=2)
expect(list(transit.read_key(name="aes")["data"]["keys"]) == ["2", "3"], "trimmed")
expect("aes" in transit.list_keys()["data"]["keys"], "list of keys")
transit.delete_key(name="aes")
refused(lambda: transit.read_key(name="aes"), InvalidPath, "a deleted key")

# Who may update only makes no key.
for capability in ("create", "update"):
    client.sys.create_or_update_policy(
        capability, 'path "transit/encrypt/*" { capabilities = ["%s"] }' % capability
    )
users = {
    name: hvac.Client(
        url=client.url,
        token=client.auth.token.create(policies=[name])["auth"]["client_token"],
    ).secrets.transit
    for name in ("create", "update")
}
refused(lambda: users["update"].encrypt_data(name="new", plaintext=x), Forbidden, "upsert")
users["create"].encrypt_data(name="new", plaintext=x)
users["update"].encrypt_data(name="new", plaintext=x)
refused(lambda: users["create"].encrypt_data(name="new", plaintext=x), Forbidden, "update")

# Policies and tokens.
client.sys.create_or_update_policy("reader", 'path "secret/data/pub/*" { capabilities = ["read"] }')
expect("reader" in client.sys.list_policies()["data"]["policies"], "policy is listed")
kv.create_or_update_secret("pub/x", {"a": "b"})
token = client.auth.token.create(policies=["reader"], ttl="1h", num_uses=0)
reader = hvac.Client(url=client.url, token=token["auth"]["client_token"])
reader.secrets.kv.v2.read_secret_version("pub/x", raise_on_deleted_version=True)
refused(
    lambda: reader.secrets.kv.v2.create_or_update_secret("pub/x", {"a": "c"}),
    Forbidden,
    "a write with a reader's token",
)
expect(reader.auth.token.lookup_self()["data"]["policies"] == ["default", "reader"], "policies")
reader.auth.token.renew_self(increment="2h")
client.auth.token.revoke_accessor(token["auth"]["accessor"])
refused(lambda: reader.auth.token.lookup_self(), Forbidden, "a revoked token")

# Identity.
identity = client.secrets.identity
accessor = client.sys.list_auth_methods()["data"]["token/"]["accessor"]
ann = identity.create_or_update_entity("ann", metadata={"team": "data"})["data"]["id"]
identity.update_entity(ann, policies=["reader"])
alias = identity.create_or_update_entity_alias("ann@example.com", ann, accessor)["data"]["id"]
expect(identity.read_entity_alias(alias)["data"]["canonical_id"] == ann, "the alias' entity")
expect(identity.read_entity_by_name("ann")["data"]["metadata"] == {"team": "data"}, "metadata")
expect(identity.list_entities()["data"]["key_info"][ann]["name"] == "ann", "entities by id")
expect(identity.list_entities_by_name()["data"]["keys"] == ["ann"], "entities by name")
client.auth.token.create_or_update_role(
    "people", allowed_policies="default", allowed_entity_aliases="*@example.com"
)
login = client.auth.token.create(role_name="people", entity_alias="ann@example.com")["auth"]
expect(login["entity_id"] == ann and login["identity_policies"] == ["reader"], "whose token")
person = hvac.Client(url=client.url, token=login["client_token"])
person.secrets.kv.v2.read_secret_version("pub/x", raise_on_deleted_version=True)
identity.update_entity(ann, policies=[])
refused(
    lambda: person.secrets.kv.v2.read_secret_version("pub/x", raise_on_deleted_version=True),
    Forbidden,
    "a read by a policy that was taken away",
)
group = identity.create_or_update_group(
    "readers", policies=["reader"], member_entity_ids=[ann]
)["data"]["id"]
person.secrets.kv.v2.read_secret_version("pub/x", raise_on_deleted_version=True)
expect(identity.lookup_group(name="readers")["data"]["member_entity_ids"] == [ann], "members")
outside = identity.create_or_update_group("outside", group_type="external")["data"]["id"]
staff = identity.create_or_update_group_alias(
    "staff", mount_accessor=accessor, canonical_id=outside
)["data"]["id"]
expect(identity.read_group_alias(staff)["data"]["name"] == "staff", "a group's alias")
bob = identity.create_or_update_entity("bob")["data"]["id"]
identity.merge_entities(from_entity_ids=[bob], to_entity_id=ann)
expect(identity.lookup_entity(name="ann")["data"]["merged_entity_ids"] == [bob], "merged")
identity.delete_group(group)
identity.delete_entity(ann)
refused(lambda: person.auth.token.lookup_self(), Forbidden, "a deleted entity's token")

# Response wrapping.
wrapped = client.auth.token.create(policies=["reader"], wrap_ttl="60s")
inner = client.sys.unwrap(token=wrapped["wrap_info"]["token"])
expect(inner["auth"]["client_token"].startswith("hvs."), "unwrapped token")
refused(
    lambda: hvac.Client(url=client.url, token=client.token).sys.unwrap(
        token=wrapped["wrap_info"]["token"]
    ),
    (InvalidRequest, Forbidden),
    "a second unwrap",
)

# Seal and key status.
expect(client.sys.read_seal_status()["type"] == "pkcs11", "seal type")
client.sys.rotate_encryption_key()
expect(client.sys.get_encryption_key_status()["data"]["term"] == 2, "second term")
print("round trip done")
