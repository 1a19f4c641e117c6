package strongroom.hsm;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Which HSM token is meant. All that is given must fit.
 *
 * @param slot a slot's number; where no slot has it, the place among the slots that hold an
 *     initialized HSM token, from 0
 * @param label the HSM token's label
 * @param serial the HSM token's serial number
 */
public record SlotChoice(OptionalLong slot, Optional<String> label, Optional<String> serial) {
  /** The HSM token with {@code label}. */
  public static SlotChoice byLabel(String label) {
    return new SlotChoice(OptionalLong.empty(), Optional.of(label), Optional.empty());
  }

  /** The slot with the number, or at the place, {@code slot}. */
  public static SlotChoice bySlot(long slot) {
    return new SlotChoice(OptionalLong.of(slot), Optional.empty(), Optional.empty());
  }

  /**
   * Reads a slot's number, decimal or {@code 0x} hex, up to 64 bits unsigned.
   *
   * @throws IllegalArgumentException that says what is allowed
   */
  public static long parseSlot(String text) {
    String lower = text.strip().toLowerCase(Locale.ROOT);
    try {
      return lower.startsWith("0x")
          ? Long.parseUnsignedLong(lower.substring(2), 16)
          : Long.parseUnsignedLong(lower);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "slot \"" + text + "\" is no number: give it decimal or as 0x hex, up to 64 bits", e);
    }
  }

  /**
   * What was chosen.
   *
   * @param slot the slot
   * @param warning what to tell the operator; empty where nothing is odd
   */
  public record Chosen(Slot slot, String warning) {}

  /**
   * Finds the one among {@code slots}.
   *
   * @throws HsmFault.Missing where none or several fit; it lists what there is
   */
  public Chosen choose(List<Slot> slots) {
    List<Slot> usable = slots.stream().filter(Slot::usable).toList();
    if (slot.isPresent()) {
      return bySlot(slots, usable);
    }
    if (label.isEmpty() && serial.isEmpty()) {
      throw new HsmFault.Missing(
          "neither slot nor token_label nor serial says which HSM token to use" + list(slots));
    }
    List<Slot> fitting = usable.stream().filter(this::fits).toList();
    return switch (fitting.size()) {
      case 0 -> throw new HsmFault.Missing("no HSM token has " + wanted() + list(slots));
      case 1 -> new Chosen(fitting.getFirst(), "");
      default ->
          throw new HsmFault.Missing(
              fitting.size()
                  + " HSM tokens have "
                  + wanted()
                  + ": give the slot or the serial of the one that is meant"
                  + list(fitting));
    };
  }

  private Chosen bySlot(List<Slot> slots, List<Slot> usable) {
    long number = slot.getAsLong();
    Optional<Slot> exact = slots.stream().filter(s -> s.id() == number).findFirst();
    if (exact.isEmpty() && number >= 0 && number < usable.size()) {
      Slot meant = usable.get((int) number);
      return new Chosen(
          checked(meant, slots),
          "no slot has the id "
              + number
              + ", so it is taken as a place among the initialized HSM tokens: "
              + meant.summary()
              + "; slot numbers change, set token_label = \""
              + meant.token().map(TokenInfo::label).orElse("")
              + "\" instead");
    }
    if (exact.isEmpty()) {
      throw new HsmFault.Missing(
          "no slot has the id "
              + Long.toUnsignedString(number)
              + ", and it is no place among the initialized HSM tokens"
              + list(slots));
    }
    if (!exact.get().usable()) {
      throw new HsmFault.Missing(
          "slot " + exact.get().idText() + " holds no initialized HSM token" + list(slots));
    }
    return new Chosen(checked(exact.get(), slots), "");
  }

  private Slot checked(Slot found, List<Slot> slots) {
    if (!fits(found)) {
      throw new HsmFault.Missing(
          "slot " + found.idText() + " holds no HSM token with " + wanted() + list(slots));
    }
    return found;
  }

  private boolean fits(Slot candidate) {
    return candidate.token().isPresent()
        && (label.isEmpty() || label.get().equals(candidate.token().get().label()))
        && (serial.isEmpty() || serial.get().equals(candidate.token().get().serial()));
  }

  private String wanted() {
    String byLabel = label.map(l -> "the label \"" + l + "\"").orElse("");
    String bySerial = serial.map(s -> "the serial " + s).orElse("");
    return byLabel + (byLabel.isEmpty() || bySerial.isEmpty() ? "" : " and ") + bySerial;
  }

  private static String list(List<Slot> slots) {
    return slots.isEmpty()
        ? "; the library shows no slot at all"
        : "; slots: " + slots.stream().map(Slot::summary).collect(Collectors.joining(", "));
  }
}
