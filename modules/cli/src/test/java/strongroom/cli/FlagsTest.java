package strongroom.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FlagsTest {
  private static final List<Flag> KNOWN =
      List.of(
          Flag.text("format", ""),
          Flag.onOff("force", "").or("f"),
          Flag.number("cas", ""),
          Flag.duration("ttl", ""),
          Flag.list("policy", ""),
          Flag.map("metadata", ""));

  private static Flags parse(String... words) {
    return Flags.parse(KNOWN, List.of(words));
  }

  @Test
  void takesOneDashAndTwoWithAValueBesideOrBehind() {
    for (Flags flags :
        List.of(
            parse("-format=json", "a"),
            parse("--format=json", "a"),
            parse("-format", "json", "a"),
            parse("--format", "json", "a"))) {
      assertThat(flags.text("format")).isEqualTo("json");
      assertThat(flags.arguments()).containsExactly("a");
    }
  }

  @Test
  void aSwitchTakesNoWordButMayBeTurnedOff() {
    assertThat(parse("-force", "true").on("force")).isTrue();
    assertThat(parse("-force", "true").arguments()).containsExactly("true");
    assertThat(parse("-f").on("force")).isTrue();
    assertThat(parse("-force=false").on("force")).isFalse();
    assertThat(parse("-force=false").isSet("force")).isTrue();
  }

  @Test
  void theLastOfSeveralCountsAndListsKeepAll() {
    assertThat(parse("-format=json", "-format=yaml").text("format")).isEqualTo("yaml");
    assertThat(parse("-policy=a", "-policy", "b").list("policy")).containsExactly("a", "b");
    assertThat(parse("-metadata=a=1", "-metadata=b=2=3").map("metadata"))
        .containsEntry("a", "1")
        .containsEntry("b", "2=3");
  }

  @Test
  void takesKnownFlagsBehindArgumentsAndLeavesTheRestThere() {
    Flags flags = parse("secret/x", "-force", "-5", "-", "--", "-format=json");
    assertThat(flags.on("force")).isTrue();
    assertThat(flags.arguments()).containsExactly("secret/x", "-5", "-", "-format=json");
    assertThat(flags.doubtful()).containsExactly("-5");
  }

  @Test
  void refusesUnknownFlagsBeforeArguments() {
    assertThatThrownBy(() -> parse("-tokn=hvs.secret", "a"))
        .isInstanceOf(Failure.class)
        .hasMessage("flag provided but not defined: -tokn");
  }

  @Test
  void refusesAValueOfTheWrongKindWithoutRepeatingIt() {
    for (String word : List.of("-cas=hunter2", "-ttl=hunter2", "-force=hunter2", "-metadata=x")) {
      assertThatThrownBy(() -> parse(word))
          .isInstanceOf(Failure.class)
          .hasMessageContaining("invalid value for flag -")
          .hasMessageNotContaining("hunter2");
    }
    assertThatThrownBy(() -> parse("-format")).hasMessage("flag needs an argument: -format");
  }

  @Test
  void readsDurationsWithAndWithoutUnits() {
    assertThat(parse("-ttl=90").duration("ttl")).contains(Duration.ofSeconds(90));
    assertThat(parse("-ttl=1h30m").duration("ttl")).contains(Duration.ofMinutes(90));
    assertThat(parse("-ttl=system").duration("ttl")).contains(Flags.SYSTEM);
    assertThat(parse().duration("ttl")).isEmpty();
  }

  @Test
  void readsSwitchesAsGoDoes() {
    assertThat(Flags.parseSwitch("T")).contains(true);
    assertThat(Flags.parseSwitch("0")).contains(false);
    assertThat(Flags.parseSwitch("yes")).isEmpty();
  }
}
