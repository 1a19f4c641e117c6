package strongroom.ceremony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

final class CeremonyCheckTest {
  private static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private final CeremonyKey key = CeremonyKey.generate(new SecureRandom());
  private final List<SignedEntry> entries = record(key, 4);
  private final CeremonyHead head = key.head(4, entries.getLast());

  private static List<SignedEntry> record(CeremonyKey by, int count) {
    List<SignedEntry> made = new ArrayList<>();
    for (int number = 1; number <= count; number++) {
      made.add(
          by.sign(
              new CeremonyEntry(
                  number,
                  START.plusSeconds(number),
                  CeremonyKind.SEAL_ROTATE.word(),
                  new TreeMap<>(Map.of("key_id", "0" + number)),
                  new TreeMap<>(Map.of("name", "test")),
                  List.of(new TreeMap<>(Map.of("name", "hsm", "serial", "77"))),
                  made.isEmpty() ? "" : made.getLast().hash(),
                  by.fingerprint()),
              new TreeMap<>(Map.of("hsm", new byte[] {1, 2, (byte) number}))));
    }
    return made;
  }

  private List<String> problems(List<SignedEntry> of) {
    return CeremonyCheck.problems(of, Optional.of(head), key.publicHalf(), Optional.empty());
  }

  @Test
  void acceptsWhatWasSignedAndSurvivesStorage() {
    List<SignedEntry> read = entries.stream().map(e -> SignedEntry.parse(e.toBytes())).toList();
    assertThat(problems(read)).isEmpty();
    assertThat(read.get(1).entry().details()).containsEntry("key_id", "02");
    assertThat(read.get(1).entry().seals().getFirst()).containsEntry("serial", "77");
    CeremonyKey again = CeremonyKey.parse(key.toBytes());
    assertThat(again.fingerprint()).isEqualTo(key.fingerprint());
    assertThat(CeremonyHead.parse(head.toBytes()).hash()).isEqualTo(entries.getLast().hash());
  }

  @Test
  void noticesAnEntryThatWasChanged() {
    SignedEntry second = entries.get(1);
    List<SignedEntry> changed = new ArrayList<>(entries);
    changed.set(
        1,
        new SignedEntry(
            second.text().replace("\"02\"", "\"ff\""), second.signature(), second.proofs()));
    assertThat(problems(changed))
        .anyMatch(p -> p.contains("entry 2 was changed"))
        .anyMatch(p -> p.contains("entry 3 does not follow"));
  }

  @Test
  void noticesAProofThatWasTakenAway() {
    SignedEntry last = entries.getLast();
    List<SignedEntry> changed = new ArrayList<>(entries);
    changed.set(3, new SignedEntry(last.text(), last.signature(), new TreeMap<>()));
    assertThat(problems(changed)).anyMatch(p -> p.contains("last entry is not the one"));
  }

  @Test
  void noticesAnEntryThatWasRemoved() {
    List<SignedEntry> removed = new ArrayList<>(entries);
    removed.remove(1);
    assertThat(problems(removed))
        .anyMatch(p -> p.contains("in place 2 stands entry 3"))
        .anyMatch(p -> p.contains("has 4 entries, and there are 3"));
  }

  @Test
  void noticesEntriesThatChangedPlaces() {
    List<SignedEntry> reordered = new ArrayList<>(entries);
    Collections.swap(reordered, 1, 2);
    assertThat(problems(reordered)).anyMatch(p -> p.contains("in place 2 stands entry 3"));
  }

  @Test
  void noticesThatTheEndWasCutOff() {
    assertThat(problems(entries.subList(0, 3)))
        .anyMatch(p -> p.contains("has 4 entries, and there are 3"));
    assertThat(
            CeremonyCheck.problems(
                entries.subList(0, 3), Optional.empty(), key.publicHalf(), Optional.empty()))
        .anyMatch(p -> p.contains("end of the record is missing"));
    CeremonyHead forged = new CeremonyHead(3, entries.get(2).hash(), head.signature());
    assertThat(
            CeremonyCheck.problems(
                entries.subList(0, 3), Optional.of(forged), key.publicHalf(), Optional.empty()))
        .anyMatch(p -> p.contains("end of the record was changed"));
  }

  @Test
  void noticesAWholeRecordOfAnotherKeyAndOneThatWasPutBack() {
    CeremonyKey other = CeremonyKey.generate(new SecureRandom());
    List<SignedEntry> forged = record(other, 2);
    assertThat(
            CeremonyCheck.problems(
                forged,
                Optional.of(other.head(2, forged.getLast())),
                key.publicHalf(),
                Optional.empty()))
        .anyMatch(p -> p.contains("entry 1 was changed"))
        .anyMatch(p -> p.contains("names another key"));
    List<SignedEntry> earlier = entries.subList(0, 2);
    Optional<CeremonyHead> earlierHead = Optional.of(key.head(2, earlier.getLast()));
    assertThat(CeremonyCheck.problems(earlier, earlierHead, key.publicHalf(), Optional.empty()))
        .as("a record that was put back as a whole is right in itself")
        .isEmpty();
    assertThat(
            CeremonyCheck.problems(
                earlier,
                earlierHead,
                key.publicHalf(),
                Optional.of(new CeremonyCheck.Anchor(4, head.hash()))))
        .anyMatch(p -> p.contains("put back to an earlier state"));
  }

  @Test
  void readsNothingElse() {
    for (String text : List.of("", "{}", "[]", "{\"signed\":1}", "{\"signed\":\"x\"}")) {
      assertThatThrownBy(() -> SignedEntry.parse(text.getBytes(StandardCharsets.UTF_8)))
          .isInstanceOf(CeremonyFault.class);
    }
    assertThatThrownBy(() -> CeremonyKey.parse(new byte[10])).isInstanceOf(CeremonyFault.class);
  }

  @Test
  void printsAPageThatNoNameCanWriteLinesInto() {
    SignedEntry hostile =
        key.sign(
            new CeremonyEntry(
                1,
                START,
                "init",
                new TreeMap<>(Map.of("note", "a\n99   2030-01-01   init")),
                new TreeMap<>(),
                List.of(),
                "",
                key.fingerprint()),
            new TreeMap<>());
    String page =
        CeremonyPage.of(
            List.of(hostile), Optional.of(key.head(1, hostile)), key.publicHalf(), List.of());
    assertThat(page)
        .contains("note: a?99")
        .contains(key.fingerprint())
        .contains(hostile.hash())
        .contains("signatures, order and end are right");
    assertThat(page.lines().filter(l -> l.startsWith("99"))).isEmpty();
  }
}
