package strongroom.audit;

/** A device cannot be made from its options: they, or what they name, are not fit. */
public final class AuditFault extends RuntimeException {
  private static final long serialVersionUID = 1;

  AuditFault(String message) {
    super(message);
  }
}
