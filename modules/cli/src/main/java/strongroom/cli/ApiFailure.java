package strongroom.cli;

import java.util.List;

/** An answer of the server that says no. Its message names the request, the code and the errors. */
public final class ApiFailure extends Failure {
  private static final long serialVersionUID = 1;
  private final int status;
  private final transient List<String> errors;

  ApiFailure(int status, List<String> errors, String message) {
    super(2, message);
    this.status = status;
    this.errors = errors;
  }

  /** The HTTP status. */
  public int status() {
    return status;
  }

  /** What the server said. */
  public List<String> errors() {
    return errors;
  }

  /** Whether the server says that it is sealed. */
  boolean saysSealed() {
    return status == 503
        && errors.stream()
            .anyMatch(e -> e.equals("Vault is sealed") || e.equals("OpenBao is sealed"));
  }
}
