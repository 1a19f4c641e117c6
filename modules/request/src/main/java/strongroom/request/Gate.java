package strongroom.request;

import strongroom.logical.Refusal;

/** Why a node that is not unsealed answers nothing but its own endpoints. */
@FunctionalInterface
public interface Gate {
  /** The refusal for the state that the node is in now. Reads memory only. */
  Refusal refusal();
}
