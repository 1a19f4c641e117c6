package strongroom.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import strongroom.acceptance.History.Kind;

class HistoryTest {
  private final History history = new History();

  private void write(long began, long ended, long version) {
    history.add(new History.Operation(Kind.WRITE, "k", began, ended, version, 10 * version));
  }

  private void read(long began, long ended, long version) {
    history.add(new History.Operation(Kind.READ, "k", began, ended, version, 10 * version));
  }

  @Test
  void whatOverlapsMayHaveHappenedInEitherOrder() {
    write(0, 10, 1);
    write(5, 30, 3);
    write(12, 40, 2);
    read(11, 20, 1);
    read(21, 29, 2);
    read(28, 39, 3);
    read(41, 50, 3);
    read(45, 60, 3);
    assertThat(history.contradictions()).isEmpty();
  }

  @Test
  void aReadThatMissesAWriteThatHadBeenAcknowledgedIsFound() {
    write(0, 10, 1);
    write(11, 20, 2);
    read(21, 30, 1);
    assertThat(history.contradictions()).hasSize(1);
  }

  @Test
  void aReadThatGoesBackBehindAnotherIsFoundThoughTheWriteIsUnderWay() {
    write(0, 10, 1);
    write(11, 100, 2);
    read(12, 20, 2);
    read(21, 30, 1);
    assertThat(history.contradictions()).hasSize(1);
  }

  @Test
  void aWriteThatTakesThePlaceOfOneThatWasAcknowledgedIsFound() {
    write(0, 10, 2);
    history.add(new History.Operation(Kind.WRITE, "k", 11, 20, 2, 99));
    assertThat(history.contradictions()).isNotEmpty();
  }

  @Test
  void aWriteThatComesAfterAReadOfALaterVersionIsFound() {
    read(0, 10, 5);
    write(11, 20, 4);
    assertThat(history.contradictions()).hasSize(1);
  }

  @Test
  void aValueThatNobodyHasWrittenAsThatVersionIsFound() {
    write(0, 10, 1);
    history.add(new History.Operation(Kind.READ, "k", 11, 20, 1, 99));
    assertThat(history.contradictions()).hasSize(1);
  }

  @Test
  void keysHaveNothingToDoWithEachOther() {
    write(0, 10, 7);
    history.add(new History.Operation(Kind.READ, "other", 11, 20, 1, 1));
    assertThat(history.contradictions()).isEmpty();
  }
}
