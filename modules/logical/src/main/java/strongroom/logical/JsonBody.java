package strongroom.logical;

import tools.jackson.core.JsonGenerator;

/** Something that writes itself as one JSON value, so that an answer can be streamed. */
@FunctionalInterface
public interface JsonBody {
  /** Writes exactly one JSON value to {@code out}. May be called more than once. */
  void writeTo(JsonGenerator out);
}
