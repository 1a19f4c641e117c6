// node-vault against a running server, as its own documentation shows each area.
"use strict";

const assert = require("node:assert/strict");
// Where it was installed to, as NODE_PATH says.
const connect = require("node-vault");

const vault = connect({}); // VAULT_ADDR and VAULT_TOKEN

async function refused(call, status, what) {
  await assert.rejects(call, (error) => {
    assert.equal(error.response && error.response.statusCode, status, `${what}: ${error}`);
    return true;
  });
}

async function system() {
  const health = await vault.health();
  assert.ok(health.initialized && !health.sealed && !health.standby, "healthy");
  const status = await vault.status();
  assert.equal(status.type, "pkcs11");
  assert.deepEqual(await vault.initialized(), { initialized: true });
  await vault.mount({ mount_point: "node-kv", type: "kv", options: { version: "2" } });
  await vault.mount({ mount_point: "node-old", type: "kv", description: "by Node" });
  await vault.mount({ mount_point: "node-transit", type: "transit" });
  const mounts = await vault.mounts();
  assert.equal(mounts["node-old/"].description, "by Node");
  assert.equal(mounts.data["node-kv/"].options.version, "2");
  assert.ok((await vault.auths()).data["token/"], "auth/token/ is listed");
}

async function kv() {
  await vault.write("node-kv/data/app/db", { data: { user: "svc", n: 1 }, options: { cas: 0 } });
  await refused(
    () => vault.write("node-kv/data/app/db", { data: {}, options: { cas: 0 } }), 400, "stale cas");
  await vault.update("node-kv/data/app/db", { data: { n: 2 } });
  const read = await vault.read("node-kv/data/app/db");
  assert.deepEqual(read.data.data, { user: "svc", n: 2 });
  assert.equal(read.data.metadata.version, 2);
  assert.deepEqual((await vault.list("node-kv/metadata/app")).data.keys, ["db"]);
  await vault.delete("node-kv/metadata/app/db");
  await refused(() => vault.read("node-kv/data/app/db"), 404, "a removed key");

  await vault.write("node-old/a/b", { k: "v" });
  assert.deepEqual((await vault.read("node-old/a/b")).data, { k: "v" });
  await vault.delete("node-old/a/b");
  await refused(() => vault.read("node-old/a/b"), 404, "a removed KV v1 key");
}

async function transit() {
  const plaintext = Buffer.from("x").toString("base64");
  await vault.write("node-transit/keys/aes", {});
  const sealed = await vault.write("node-transit/encrypt/aes", { plaintext });
  const opened = await vault.write("node-transit/decrypt/aes", sealed.data);
  assert.equal(opened.data.plaintext, plaintext);
  await vault.write("node-transit/keys/ec", { type: "ecdsa-p256" });
  const { signature } = (await vault.write("node-transit/sign/ec", { input: plaintext })).data;
  const verified = await vault.write("node-transit/verify/ec", { input: plaintext, signature });
  assert.equal(verified.data.valid, true);
}

async function policiesAndTokens() {
  const rules = 'path "node-old/*" { capabilities = ["read"] }';
  await vault.addPolicy({ name: "node-reader", rules });
  assert.equal((await vault.getPolicy({ name: "node-reader" })).rules, rules);
  assert.ok((await vault.policies()).policies.includes("node-reader"));
  await vault.write("node-old/a", { k: "v" });
  const root = vault.token;
  const made = await vault.tokenCreate({ policies: ["node-reader"], ttl: "1h" });
  vault.token = root; // the client has taken the one that it made
  const reader = connect({ token: made.auth.client_token });
  assert.equal((await reader.read("node-old/a")).data.k, "v");
  await refused(() => reader.write("node-old/a", { k: "w" }), 403, "a reader's write");
  assert.deepEqual((await reader.tokenLookupSelf()).data.policies, ["default", "node-reader"]);
  assert.equal((await reader.tokenRenewSelf({ increment: 7200 })).auth.lease_duration, 7200);
  await vault.tokenRevokeAccessor({ accessor: made.auth.accessor });
  await refused(() => reader.tokenLookupSelf(), 403, "a revoked token");
  await vault.removePolicy({ name: "node-reader" });
}

async function wrapping() {
  const wrapped = await vault.request({
    path: "/node-old/a", method: "GET", headers: { "X-Vault-Wrap-TTL": "60" },
  });
  const unwrapped = await vault.unwrap({ token: wrapped.wrap_info.token });
  assert.equal(unwrapped.data.k, "v");
  await refused(() => vault.unwrap({ token: wrapped.wrap_info.token }), 400, "a second unwrap");
}

(async () => {
  for (const area of [system, kv, transit, policiesAndTokens, wrapping]) {
    await area();
  }
  console.log("round trip done");
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
