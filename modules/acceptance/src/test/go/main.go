// The Go API client against a running server, as its own documentation shows each area.
package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"os"
	"reflect"
	"time"

	"github.com/hashicorp/vault/api"
)

// At the mounts of this client: others use the same server.
const (
	kv2Mount     = "go-kv"
	kv1Mount     = "go-old"
	transitMount = "go-transit"
)

func main() {
	client, err := api.NewClient(api.DefaultConfig()) // VAULT_ADDR and VAULT_TOKEN
	must(err)
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	for _, area := range []func(context.Context, *api.Client){
		system, kv2, kv1, transit, policiesAndTokens, wrapping,
	} {
		area(ctx, client)
	}
	fmt.Println("round trip done")
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "failed:", err)
		os.Exit(1)
	}
}

func expect(is bool, what string) {
	if !is {
		must(errors.New("not so: " + what))
	}
}

// refused holds where the server answered with this status.
func refused(err error, status int, what string) {
	var answer *api.ResponseError
	if !errors.As(err, &answer) || answer.StatusCode != status {
		must(fmt.Errorf("%s: not refused by %d but: %v", what, status, err))
	}
}

func system(ctx context.Context, client *api.Client) {
	sys := client.Sys()
	health, err := sys.HealthWithContext(ctx)
	must(err)
	expect(health.Initialized && !health.Sealed && !health.Standby, "healthy")
	seal, err := sys.SealStatusWithContext(ctx)
	must(err)
	expect(seal.Type == "pkcs11" && seal.RecoverySeal && !seal.Sealed, "sealed by an HSM, and open")
	leader, err := sys.LeaderWithContext(ctx)
	must(err)
	expect(!leader.PerfStandby, "leader status")
	must(sys.MountWithContext(ctx, kv2Mount, &api.MountInput{
		Type: "kv", Description: "by Go", Options: map[string]string{"version": "2"},
	}))
	must(sys.MountWithContext(ctx, kv1Mount, &api.MountInput{Type: "kv"}))
	must(sys.MountWithContext(ctx, transitMount, &api.MountInput{Type: "transit"}))
	must(sys.TuneMountWithContext(ctx, kv1Mount, api.MountConfigInput{MaxLeaseTTL: "48h"}))
	config, err := sys.MountConfigWithContext(ctx, kv1Mount)
	must(err)
	expect(config.MaxLeaseTTL == int((48*time.Hour).Seconds()), "tuned")
	mounts, err := sys.ListMountsWithContext(ctx)
	must(err)
	mount := mounts[kv2Mount+"/"]
	expect(mount != nil && mount.Type == "kv" && mount.Options["version"] == "2", "listed as KV v2")
	expect(mount.Description == "by Go" && mount.Accessor != "" && mount.UUID != "", "mount's own data")
	auths, err := sys.ListAuthWithContext(ctx)
	must(err)
	expect(auths["token/"] != nil, "auth/token/ is listed")
	capabilities, err := sys.CapabilitiesSelfWithContext(ctx, kv2Mount+"/data/x")
	must(err)
	expect(reflect.DeepEqual(capabilities, []string{"root"}), "capabilities of root")
	audits, err := sys.ListAuditWithContext(ctx)
	must(err)
	expect(audits != nil, "audit devices are listed")
}

func kv2(ctx context.Context, client *api.Client) {
	kv := client.KVv2(kv2Mount)
	first, err := kv.Put(ctx, "app/db", map[string]any{"user": "svc", "n": 1}, api.WithCheckAndSet(0))
	must(err)
	expect(first.VersionMetadata.Version == 1, "first version")
	_, err = kv.Put(ctx, "app/db", map[string]any{"x": 1}, api.WithCheckAndSet(0))
	refused(err, http.StatusBadRequest, "stale cas")
	_, err = kv.Patch(ctx, "app/db", map[string]any{"n": 2})
	must(err)
	read, err := kv.Get(ctx, "app/db")
	must(err)
	expect(fmt.Sprint(read.Data) == "map[n:2 user:svc]", "patched data")
	expect(read.VersionMetadata.Version == 2 && !read.VersionMetadata.CreatedTime.IsZero(), "second version")
	versions, err := kv.GetVersionsAsList(ctx, "app/db")
	must(err)
	expect(len(versions) == 2, "two versions")
	must(kv.PutMetadata(ctx, "app/db", api.KVMetadataPutInput{
		MaxVersions: 5, CustomMetadata: map[string]any{"team": "data"}, DeleteVersionAfter: time.Hour,
	}))
	metadata, err := kv.GetMetadata(ctx, "app/db")
	must(err)
	expect(metadata.MaxVersions == 5 && metadata.CustomMetadata["team"] == "data", "metadata")
	expect(metadata.DeleteVersionAfter == time.Hour, "delete version after")
	must(kv.DeleteVersions(ctx, "app/db", []int{1}))
	deleted, err := kv.GetVersion(ctx, "app/db", 1)
	must(err)
	expect(deleted.Data == nil && !deleted.VersionMetadata.DeletionTime.IsZero(), "a deleted version")
	must(kv.Undelete(ctx, "app/db", []int{1}))
	_, err = kv.Rollback(ctx, "app/db", 1)
	must(err)
	must(kv.Destroy(ctx, "app/db", []int{1}))
	metadata, err = kv.GetMetadata(ctx, "app/db")
	must(err)
	expect(metadata.Versions["1"].Destroyed && metadata.CurrentVersion == 3, "destroyed and rolled back")
	list, err := client.Logical().ListWithContext(ctx, kv2Mount+"/metadata/app")
	must(err)
	expect(fmt.Sprint(list.Data["keys"]) == "[db]", "list")
	must(kv.DeleteMetadata(ctx, "app/db"))
	_, err = kv.Get(ctx, "app/db")
	expect(errors.Is(err, api.ErrSecretNotFound), "a removed key")
}

func kv1(ctx context.Context, client *api.Client) {
	kv := client.KVv1(kv1Mount)
	must(kv.Put(ctx, "a/b", map[string]any{"k": "v"}))
	read, err := kv.Get(ctx, "a/b")
	must(err)
	expect(read.Data["k"] == "v", "KV v1 read")
	must(kv.Delete(ctx, "a/b"))
	_, err = kv.Get(ctx, "a/b")
	expect(errors.Is(err, api.ErrSecretNotFound), "a removed KV v1 key")
}

func transit(ctx context.Context, client *api.Client) {
	write := func(path string, data map[string]any) map[string]any {
		secret, err := client.Logical().WriteWithContext(ctx, transitMount+"/"+path, data)
		must(err)
		if secret == nil {
			return nil
		}
		return secret.Data
	}
	plain := base64.StdEncoding.EncodeToString([]byte("x"))
	write("keys/aes", map[string]any{})
	sealed := write("encrypt/aes", map[string]any{"plaintext": plain})["ciphertext"]
	write("keys/aes/rotate", nil)
	sealed = write("rewrap/aes", map[string]any{"ciphertext": sealed})["ciphertext"]
	expect(write("decrypt/aes", map[string]any{"ciphertext": sealed})["plaintext"] == plain, "decrypted")
	write("keys/ed", map[string]any{"type": "ed25519"})
	signature := write("sign/ed", map[string]any{"input": plain})["signature"]
	valid := write("verify/ed", map[string]any{"input": plain, "signature": signature})["valid"]
	expect(valid == true, "the signature holds")
	hmac := write("hmac/aes", map[string]any{"input": plain})["hmac"]
	expect(write("verify/aes", map[string]any{"input": plain, "hmac": hmac})["valid"] == true, "the HMAC holds")
	_, err := client.Logical().WriteWithContext(ctx, transitMount+"/encrypt/aes", map[string]any{"plaintext": "?"})
	refused(err, http.StatusBadRequest, "no base64")
}

func policiesAndTokens(ctx context.Context, client *api.Client) {
	sys := client.Sys()
	rules := `path "` + kv1Mount + `/pub/*" { capabilities = ["read"] }`
	must(sys.PutPolicyWithContext(ctx, "go-reader", rules))
	read, err := sys.GetPolicyWithContext(ctx, "go-reader")
	must(err)
	expect(read == rules, "the policy as it was written")
	names, err := sys.ListPoliciesWithContext(ctx)
	must(err)
	expect(len(names) >= 3, "policies are listed")
	must(client.KVv1(kv1Mount).Put(ctx, "pub/x", map[string]any{"a": "b"}))

	made, err := client.Auth().Token().CreateWithContext(ctx, &api.TokenCreateRequest{
		Policies: []string{"go-reader"}, TTL: "1h", Metadata: map[string]string{"who": "go"},
	})
	must(err)
	expect(made.Auth.Renewable && made.Auth.LeaseDuration == 3600, "a renewable token for an hour")
	reader, err := client.Clone()
	must(err)
	reader.SetToken(made.Auth.ClientToken)
	_, err = reader.KVv1(kv1Mount).Get(ctx, "pub/x")
	must(err)
	refused(reader.KVv1(kv1Mount).Put(ctx, "pub/x", map[string]any{}), http.StatusForbidden, "a reader's write")
	self, err := reader.Auth().Token().LookupSelfWithContext(ctx)
	must(err)
	policies, err := self.TokenPolicies()
	must(err)
	expect(reflect.DeepEqual(policies, []string{"default", "go-reader"}), "policies of the token")
	metadata, err := self.TokenMetadata()
	must(err)
	expect(metadata["who"] == "go", "metadata of the token")
	ttl, err := self.TokenTTL()
	must(err)
	expect(ttl > 50*time.Minute && ttl <= time.Hour, "time left")
	renewed, err := reader.Auth().Token().RenewSelfWithContext(ctx, 7200)
	must(err)
	expect(renewed.Auth.LeaseDuration == 7200, "renewed")

	// What an application runs to keep its token alive.
	watcher, err := reader.NewLifetimeWatcher(&api.LifetimeWatcherInput{Secret: renewed})
	must(err)
	go watcher.Start()
	select {
	case renewal := <-watcher.RenewCh():
		expect(renewal.Secret.Auth.ClientToken == made.Auth.ClientToken, "renewed by the watcher")
	case err = <-watcher.DoneCh():
		must(errors.Join(errors.New("the watcher ended"), err))
	case <-ctx.Done():
		must(ctx.Err())
	}
	watcher.Stop()

	must(client.Auth().Token().RevokeAccessorWithContext(ctx, made.Auth.Accessor))
	_, err = reader.Auth().Token().LookupSelfWithContext(ctx)
	refused(err, http.StatusForbidden, "a revoked token")
	must(sys.DeletePolicyWithContext(ctx, "go-reader"))
}

func wrapping(ctx context.Context, client *api.Client) {
	wrapper, err := client.Clone()
	must(err)
	wrapper.SetToken(client.Token())
	wrapper.SetWrappingLookupFunc(func(string, string) string { return "60s" })
	wrapped, err := wrapper.Logical().ReadWithContext(ctx, kv1Mount+"/pub/x")
	must(err)
	expect(wrapped.WrapInfo.TTL == 60 && wrapped.WrapInfo.CreationPath == kv1Mount+"/pub/x", "wrapped")
	inner, err := client.Logical().UnwrapWithContext(ctx, wrapped.WrapInfo.Token)
	must(err)
	expect(inner.Data["a"] == "b", "unwrapped")
	_, err = client.Logical().UnwrapWithContext(ctx, wrapped.WrapInfo.Token)
	refused(err, http.StatusBadRequest, "a second unwrap")
}
