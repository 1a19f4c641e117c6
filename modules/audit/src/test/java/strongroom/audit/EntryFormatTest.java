package strongroom.audit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import strongroom.logical.Client;
import strongroom.logical.JsonObject;
import strongroom.logical.Operation;
import strongroom.logical.Request;
import strongroom.logical.Response;

class EntryFormatTest {
  private final Salt salt = new Salt(new byte[Salt.BYTES]);
  private final Map<String, AuditedHeader> headers =
      Map.of("x-request-source", new AuditedHeader(false), "absent", new AuditedHeader(true));

  private EntryFormat format(boolean raw, boolean hashAccessor, boolean elide) {
    return new EntryFormat(salt, raw, hashAccessor, elide);
  }

  @Test
  void aRequestHasTheMembersThatVaultsRecordsHave() {
    Subject subject =
        Requests.subject(Operation.UPDATE, "secret/a", "{'plain':'p','deep':[{'x':'y','n':1}]}");
    String record =
        new String(format(false, true, false).request(subject, Requests.TIME, "", headers), UTF_8);
    String expected =
        ("{'time':'2026-01-02T03:04:05.000000006Z','type':'request','auth':{'client_token':'TOKEN',"
                + "'accessor':'ACCESSOR','display_name':'token-app','policies':['default','app'],"
                + "'token_policies':['default','app'],'metadata':{'team':'blue'},"
                + "'remaining_uses':3,'token_type':'service','token_ttl':3600,"
                + "'token_issue_time':'2026-01-02T03:04:05.000000006Z'},"
                + "'request':{'id':'id-1','client_id':'CLIENT','operation':'update',"
                + "'mount_point':'secret/','mount_type':'kv','mount_accessor':'kv_1',"
                + "'mount_class':'secret','client_token':'TOKEN',"
                + "'client_token_accessor':'ACCESSOR','namespace':{'id':'root'},"
                + "'path':'secret/a','data':{'plain':'p','deep':[{'x':'VALUE','n':1}]},"
                + "'remote_address':'127.0.0.1','remote_port':4711,'wrap_ttl':60,"
                + "'headers':{'x-request-source':['ci']}}}")
            .replace('\'', '"')
            .replace("TOKEN", salt.hash("hvs.secret-token"))
            .replace("ACCESSOR", salt.hash("accessor-1"))
            .replace("VALUE", salt.hash("y"));
    assertThat(
            record.replaceFirst("\"client_id\":\"[A-Za-z0-9+/=]{44}\"", "\"client_id\":\"CLIENT\""))
        .isEqualTo(expected);
  }

  @Test
  void anAnswerIsHashedButForTheKeysThatTheMountShows() {
    Subject subject = Requests.subject(Operation.READ, "secret/a", "{}");
    JsonObject record =
        Requests.json(
            format(false, false, false)
                .response(
                    subject,
                    Requests.TIME,
                    Optional.of(
                        Response.of(Requests.json("{'shown':'s','hidden':'h','n':2,'b':true}"))),
                    "",
                    Map.of()));
    JsonObject response = (JsonObject) record.member("response").orElseThrow();
    assertThat(response.member("data").orElseThrow())
        .isEqualTo(Requests.json("{'shown':'s','hidden':'" + salt.hash("h") + "','n':2,'b':true}"));
    JsonObject auth = (JsonObject) record.member("auth").orElseThrow();
    assertThat(Elision.text(auth.member("accessor").orElseThrow())).isEqualTo("accessor-1");
  }

  @Test
  void anIssuedTokenIsHashedWhereverItStands() {
    Response issued =
        Response.of(
            new Response.Auth(
                "hvs.new",
                Requests.json(
                    "{'client_token':'hvs.new','accessor':'acc','policies':['root'],"
                        + "'lease_duration':7,'renewable':true,'token_type':'service'}")));
    Subject subject = Requests.subject(Operation.UPDATE, "auth/token/create", "{}");
    byte[] record =
        format(false, true, false)
            .response(subject, Requests.TIME, Optional.of(issued), "", Map.of());
    assertThat(new String(record, UTF_8)).doesNotContain("hvs.new").doesNotContain("\"acc\"");
    assertThat(Requests.json(record).member("response").map(r -> ((JsonObject) r).member("auth")))
        .contains(
            Optional.of(
                Requests.json(
                    "{'client_token':'"
                        + salt.hash("hvs.new")
                        + "','accessor':'"
                        + salt.hash("acc")
                        + "','policies':['root'],'token_ttl':7,'token_type':'service'}")));
  }

  @Test
  void aDeviceMayRecordAllAsItIsAndListsByTheirLength() {
    Subject list = Requests.subject(Operation.LIST, "secret/", "{'q':'v'}");
    Response keys = Response.of(Requests.json("{'keys':['a','b'],'key_info':{'a':{}}}"));
    String record =
        new String(
            format(true, true, true).response(list, Requests.TIME, Optional.of(keys), "", Map.of()),
            UTF_8);
    assertThat(record)
        .contains("\"data\":{\"keys\":2,\"key_info\":1}")
        .contains("\"client_token\":\"hvs.secret-token\"")
        .contains("\"accessor\":\"accessor-1\"");
  }

  @Test
  void aRequestOfNobodyHasNoMoreThanItsError() {
    Request request =
        new Request(
            "id-2",
            Operation.READ,
            "secret/a",
            JsonObject.EMPTY,
            "",
            Client.LOCAL,
            Optional.empty());
    byte[] record =
        format(false, true, false)
            .request(
                new Subject(request, Optional.empty(), Optional.empty()),
                Requests.TIME,
                "permission denied",
                headers);
    assertThat(Requests.json(record))
        .isEqualTo(
            Requests.json(
                "{'time':'2026-01-02T03:04:05.000000006Z','type':'request',"
                    + "'auth':{'token_type':'default'},'request':{'id':'id-2','operation':'read',"
                    + "'namespace':{'id':'root'},'path':'secret/a'},'error':'permission denied'}"));
  }
}
