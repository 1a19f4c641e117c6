package strongroom.logical;

/** What a request asks to have done to a path. Policies grant capabilities for each. */
public enum Operation {
  /** {@code GET}. */
  READ,
  /** {@code LIST}, or {@code GET} with {@code ?list=true}. */
  LIST,
  /**
   * {@code POST} or {@code PUT} to a path that holds nothing yet. The HTTP dialect always says
   * {@link #UPDATE}; the pipeline asks the endpoint whether the path exists and then says this.
   */
  CREATE,
  /** {@code POST} or {@code PUT}. */
  UPDATE,
  /** {@code PATCH} with a JSON merge patch (RFC 7396). */
  PATCH,
  /** {@code DELETE}. */
  DELETE,
  /** {@code GET} with {@code ?help=1}: what the path is for. */
  HELP;

  /** Whether the operation may change what is stored, so that it may have to wait for a commit. */
  public boolean writes() {
    return switch (this) {
      case READ, LIST, HELP -> false;
      case CREATE, UPDATE, PATCH, DELETE -> true;
    };
  }
}
