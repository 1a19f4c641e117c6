package strongroom.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import strongroom.audit.AuditSink.Stage;
import strongroom.audit.Subject;
import strongroom.logical.Operation;
import strongroom.logical.Refusal;
import strongroom.logical.Reply;
import strongroom.policy.Holder;

class PipelineAuditTest {
  private static final String NOTE = "{\"text\":\"hello\"}";

  private final House house = new House();

  @AfterEach
  void close() {
    house.close();
  }

  private Refusal refusal(String token, Operation operation, String path) {
    return House.refusal(house.ask(token, operation, path, NOTE));
  }

  @Test
  void aWriteIsRecordedBeforeItIsDoneAndItsAnswerAfterwards() {
    house.done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    Subject begun = house.audit.begun.element();
    assertThat(begun.request().operation()).isEqualTo(Operation.CREATE);
    assertThat(begun.holder().orElseThrow().policies()).containsExactly("root");
    assertThat(begun.place().orElseThrow().path()).isEqualTo("notes/");
    RecordedRequests.Ended ended = house.audit.ended.element();
    assertThat(ended.stage()).isEqualTo(Stage.RECORDED);
    assertThat(ended.reply()).isInstanceOf(Reply.Done.class);
  }

  @Test
  void aReadOfMemoryIsRecordedOnceItIsDone() {
    house.done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    house.audit.clear();
    house.done(house.root, Operation.READ, "notes/note/a", "{}");
    assertThat(house.audit.begun).isEmpty();
    assertThat(house.audit.ended.element().stage()).isEqualTo(Stage.ADMITTED);
  }

  @Test
  void whatCannotBeRecordedIsNotDone() {
    house.audit.failsToBegin = true;
    assertThat(refusal(house.root, Operation.UPDATE, "notes/note/a"))
        .isInstanceOf(Refusal.Faulted.class);
    house.audit.failsToBegin = false;
    assertThat(refusal(house.root, Operation.READ, "notes/note/a"))
        .isInstanceOf(Refusal.NotFound.class);
  }

  @Test
  void anAnswerThatCannotBeRecordedDoesNotLeave() {
    house.done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    house.audit.failsToEnd = true;
    Refusal failed = refusal(house.root, Operation.READ, "notes/note/a");
    assertThat(failed).isInstanceOf(Refusal.Faulted.class);
    assertThat(failed.toString()).doesNotContain("hello");
    house.audit.failsToEnd = false;
    house.audit.breaks = true;
    Refusal broken = refusal(house.root, Operation.READ, "notes/note/a");
    assertThat(broken).isInstanceOf(Refusal.Faulted.class);
    assertThat(broken.toString()).doesNotContain("hello");
  }

  @Test
  void refusalsAreRecordedWithWhatIsKnown() {
    refusal("", Operation.READ, "notes/note/a");
    RecordedRequests.Ended nobody = house.audit.ended.remove();
    assertThat(nobody.stage()).isEqualTo(Stage.ASKED);
    assertThat(nobody.subject().holder()).isEmpty();
    assertThat(nobody.subject().place().orElseThrow().path()).isEqualTo("notes/");
    String token = house.token("path \"notes/open\" { capabilities = [\"read\"] }");
    house.audit.clear();
    refusal(token, Operation.READ, "notes/note/a");
    RecordedRequests.Ended denied = house.audit.ended.remove();
    assertThat(denied.stage()).isEqualTo(Stage.ASKED);
    assertThat(denied.subject().holder().orElseThrow().policies()).contains("p");
    assertThat(house.audit.begun).isEmpty();
  }

  @Test
  void whoIsBehindATokenIsRecordedBothWhereTheyMayAndWhereTheyMayNot() {
    house.policy("by-identity", "path \"notes/*\" { capabilities = [\"read\"] }");
    house.holders.put(
        "ann", new Holder(false, List.of("by-identity"), selector -> Optional.empty()));
    String token = house.tokenOf("ann");
    house.done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    house.audit.clear();

    house.done(token, Operation.READ, "notes/note/a", "{}");
    Subject.Holder done = house.audit.ended.remove().subject().holder().orElseThrow();
    assertThat(done.entityId()).isEqualTo("ann");
    assertThat(done.policies()).containsExactly("default");
    assertThat(done.identityPolicies()).containsExactly("by-identity");

    house.holders.put("ann", new Holder(true, List.of(), selector -> Optional.empty()));
    assertThat(refusal(token, Operation.READ, "notes/note/a")).isInstanceOf(Refusal.Denied.class);
    house.holders.clear();
    assertThat(refusal(token, Operation.READ, "notes/note/a")).isInstanceOf(Refusal.Denied.class);
    assertThat(house.audit.ended)
        .allSatisfy(e -> assertThat(e.subject().holder().orElseThrow().entityId()).isEqualTo("ann"))
        .hasSize(2);
  }

  @Test
  void requestsOfASealedNodeAndWithoutADeviceAreNotRecorded() {
    house.audit.on = false;
    house.done(house.root, Operation.UPDATE, "notes/note/a", NOTE);
    house.audit.on = true;
    house.pipeline.withdraw();
    house.done("", Operation.READ, "sys/health", "{}");
    assertThat(house.audit.begun).isEmpty();
    assertThat(house.audit.ended).isEmpty();
  }
}
