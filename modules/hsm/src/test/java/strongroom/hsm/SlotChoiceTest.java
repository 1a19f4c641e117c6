package strongroom.hsm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SlotChoiceTest {
  private static final long READY = 0x40D; // token initialized, PIN set, login required, RNG
  private static final Slot ALPHA = slot(0x5ac38b5fL, "alpha", "1111");
  private static final Slot BETA = slot(2305843009213693953L, "beta", "2222");
  private static final Slot BETA_AGAIN = slot(7, "beta", "3333");
  private static final Slot FREE =
      new Slot(
          3,
          "free",
          Optional.of(new TokenInfo("", "", "", "", 0x1, OptionalLong.empty(), Optional.empty())));
  private static final Slot EMPTY = new Slot(9, "empty", Optional.empty());
  private static final List<Slot> ALL = List.of(ALPHA, BETA, FREE, EMPTY);

  private static Slot slot(long id, String label, String serial) {
    return new Slot(
        id,
        "slot",
        Optional.of(
            new TokenInfo(
                label, "maker", "model", serial, READY, OptionalLong.empty(), Optional.empty())));
  }

  private static SlotChoice choice(Long slot, String label, String serial) {
    return new SlotChoice(
        slot == null ? OptionalLong.empty() : OptionalLong.of(slot),
        Optional.ofNullable(label),
        Optional.ofNullable(serial));
  }

  @Test
  void takesTheExactIdFirst() {
    assertThat(choice(BETA.id(), null, null).choose(ALL))
        .isEqualTo(new SlotChoice.Chosen(BETA, ""));
    // Seven is a slot's id here, so it is no place.
    assertThat(choice(7L, null, null).choose(List.of(ALPHA, BETA_AGAIN)).slot())
        .isEqualTo(BETA_AGAIN);
  }

  @Test
  void takesAnUnknownIdAsAPlaceAmongInitializedTokensAndWarns() {
    SlotChoice.Chosen chosen = choice(1L, null, null).choose(ALL);
    assertThat(chosen.slot()).isEqualTo(BETA);
    assertThat(chosen.warning()).contains("token_label = \"beta\"").contains("0x2000000000000001");
  }

  @Test
  void listsEverySlotWhenNoneFits() {
    for (SlotChoice none :
        List.of(choice(5L, null, null), choice(null, "gamma", null), choice(null, null, "9"))) {
      assertThatThrownBy(() -> none.choose(ALL))
          .isInstanceOf(HsmFault.Missing.class)
          .hasMessageContaining("token_label \"alpha\", serial 1111, ready")
          .hasMessageContaining("serial 2222")
          .hasMessageContaining("slot 3 (uninitialized)")
          .hasMessageContaining("slot 9 (no token)");
    }
  }

  @Test
  void refusesAnUninitializedTokenByItsId() {
    assertThatThrownBy(() -> choice(3L, null, null).choose(ALL))
        .hasMessageContaining("slot 3 holds no initialized HSM token");
  }

  @Test
  void refusesToGuessBetweenTwoTokensOfOneLabel() {
    List<Slot> twins = List.of(ALPHA, BETA, BETA_AGAIN);
    assertThatThrownBy(() -> choice(null, "beta", null).choose(twins))
        .hasMessageContaining("2 HSM tokens have the label \"beta\"")
        .hasMessageContaining("slot or the serial");
    assertThat(choice(null, "beta", "3333").choose(twins).slot()).isEqualTo(BETA_AGAIN);
  }

  @Test
  void allThatIsGivenMustFit() {
    assertThatThrownBy(() -> choice(ALPHA.id(), "beta", null).choose(ALL))
        .hasMessageContaining("holds no HSM token with the label \"beta\"");
  }

  @Test
  void asksForSomethingToChooseBy() {
    assertThatThrownBy(() -> choice(null, null, null).choose(ALL))
        .hasMessageContaining("neither slot nor token_label nor serial");
    assertThatThrownBy(() -> choice(0L, null, null).choose(List.of()))
        .hasMessageContaining("no slot at all");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0x5ac38b5f, 1522764639",
    "2305843009213693953, 2305843009213693953",
    "18446744073709551615, -1",
    "' 12 ', 12"
  })
  void readsSlotNumbersOf64Bits(String text, long number) {
    assertThat(SlotChoice.parseSlot(text)).isEqualTo(number);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "first", "-1", "0x", "18446744073709551616"})
  void refusesWhatIsNoSlotNumber(String text) {
    assertThatThrownBy(() -> SlotChoice.parseSlot(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("0x hex");
  }
}
