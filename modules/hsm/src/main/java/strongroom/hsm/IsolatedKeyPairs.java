package strongroom.hsm;

/** Key pairs that a library in a process of its own works with. */
record IsolatedKeyPairs(IsolatedToken token) implements KeyPairs {
  @Override
  public HsmKey generate(NewKeyPair wanted) {
    return token.call(LibraryCall.GENERATE_PAIR, to -> Wire.newKeyPair(to, wanted), Wire::key);
  }

  @Override
  public byte[] sign(HsmKey key, SignMode mode, byte[] input) {
    return token.call(
        LibraryCall.SIGN_BY_PAIR,
        to -> {
          Wire.key(to, key);
          Wire.signMode(to, mode);
          to.bytes(input);
        },
        FrameReader::bytes);
  }

  @Override
  public boolean verify(HsmKey key, SignMode mode, byte[] input, byte[] signature) {
    return token.call(
        LibraryCall.VERIFY_BY_PAIR,
        to -> {
          Wire.key(to, key);
          Wire.signMode(to, mode);
          to.bytes(input).bytes(signature);
        },
        FrameReader::flag);
  }

  @Override
  public PublicPoint publicPoint(HsmKey key) {
    return token.call(
        LibraryCall.PUBLIC_POINT,
        to -> Wire.key(to, key),
        from -> new PublicPoint(from.word(Curve.class), from.bytes()));
  }
}
