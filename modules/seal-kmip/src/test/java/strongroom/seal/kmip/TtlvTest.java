package strongroom.seal.kmip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Against the examples of the specification, section 9.1.2. */
class TtlvTest {
  private static String hex(Ttlv value) {
    return HexFormat.of().withUpperCase().formatHex(value.encode());
  }

  @Test
  void writesTheExamplesOfTheSpecification() {
    assertThat(hex(new Ttlv.Whole(0x420020, 8))).isEqualTo("42002002000000040000000800000000");
    assertThat(hex(new Ttlv.Enumeration(0x420020, 255)))
        .isEqualTo("4200200500000004000000FF00000000");
    assertThat(hex(new Ttlv.Text(0x420020, "Hello World")))
        .isEqualTo("420020070000000B48656C6C6F20576F726C640000000000");
    assertThat(hex(new Ttlv.Bytes(0x420020, new byte[] {1, 2, 3})))
        .isEqualTo("42002008000000030102030000000000");
    assertThat(
            hex(
                Ttlv.Structure.of(
                    0x420020, new Ttlv.Enumeration(0x420004, 254), new Ttlv.Whole(0x420005, 255))))
        .isEqualTo(
            "42002001000000204200040500000004000000FE000000004200050200000004000000FF00000000");
  }

  @Test
  void readsWhatItWritesAndNamesWhatItCannotRead() throws Exception {
    byte[] encoded =
        Ttlv.Structure.of(
                1, new Ttlv.Text(2, "t"), new Ttlv.Bytes(3, new byte[9]), new Ttlv.Whole(4, -1))
            .encode();
    Ttlv.Structure back = (Ttlv.Structure) Ttlv.decode(encoded);
    assertThat(back.text(2)).contains("t");
    assertThat(back.bytes(3).orElseThrow()).hasSize(9);
    assertThat(back.number(4)).contains(-1);
    assertThat(back.number(5)).isEmpty();

    for (int length = 0; length < encoded.length; length++) {
      byte[] cut = Arrays.copyOf(encoded, length);
      assertThatThrownBy(() -> Ttlv.decode(cut)).isInstanceOf(Ttlv.Malformed.class);
    }
  }

  @Test
  void endsOnAnyBytesWithAValueOrAFault() {
    Random random = new Random(42);
    byte[] deep = new byte[8 * 1000];
    for (int i = 0; i < 1000; i++) {
      deep[8 * i + 3] = 1;
      deep[8 * i + 6] = (byte) ((8 * (999 - i)) >> 8);
      deep[8 * i + 7] = (byte) (8 * (999 - i));
    }
    assertThatThrownBy(() -> Ttlv.decode(deep)).isInstanceOf(Ttlv.Malformed.class);
    int read = 0;
    for (int round = 0; round < 20_000; round++) {
      byte[] noise = new byte[8 * random.nextInt(1, 6)];
      random.nextBytes(noise);
      noise[3] = (byte) random.nextInt(9);
      Arrays.fill(noise, 4, 7, (byte) 0);
      noise[7] = (byte) random.nextInt(noise.length);
      try {
        Ttlv.decode(noise);
        read++;
      } catch (Ttlv.Malformed e) {
        assertThat(e).hasMessageNotContaining("null");
      }
    }
    assertThat(read).isPositive();
  }
}
