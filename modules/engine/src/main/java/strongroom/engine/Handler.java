package strongroom.engine;

import strongroom.logical.Response;

/** Does what one endpoint is for. */
@FunctionalInterface
public interface Handler {
  /**
   * Answers {@code call}. What it writes is committed after it returned.
   *
   * @throws strongroom.logical.RefusedException where the client asks for what cannot be
   */
  Response handle(Call call);
}
