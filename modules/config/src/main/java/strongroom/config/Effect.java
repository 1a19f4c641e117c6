package strongroom.config;

/** What comes of a key that Vault or OpenBao know. */
enum Effect {
  /** It does what its documentation says. */
  WORKS("yes"),
  /** It is accepted, and there is nothing here for it to change. */
  NONE("none"),
  /** It is accepted, and asks for what this version does not do: the operator is warned. */
  LACKING("not yet");

  private final String shown;

  Effect(String shown) {
    this.shown = shown;
  }

  /** For the tables of the documentation. */
  String shown() {
    return shown;
  }
}
