package strongroom.seal.pkcs11;

import java.util.Optional;
import strongroom.hsm.HsmKey;
import strongroom.hsm.KeySearch;

/**
 * How a key in an HSM token is named: by one or both of these, or not at all.
 *
 * @param label its label
 * @param id its id in lower-case hex
 */
public record KeyName(Optional<String> label, Optional<String> id) {
  KeySearch search() {
    return new KeySearch(label, id, Optional.empty());
  }

  /** Whether it names nothing. */
  public boolean isEmpty() {
    return label.isEmpty() && id.isEmpty();
  }

  static KeyName of(HsmKey key) {
    return new KeyName(
        Optional.of(key.label()).filter(l -> !l.isEmpty()),
        Optional.of(key.id()).filter(i -> !i.isEmpty()));
  }

  /** {@code label "master" and id 0a1b}. */
  public String text() {
    return search().text();
  }
}
