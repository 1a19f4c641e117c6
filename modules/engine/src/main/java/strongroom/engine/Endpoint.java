package strongroom.engine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import strongroom.logical.Client;
import strongroom.logical.OpenEndpoints;
import strongroom.logical.Operation;

/**
 * A path of an engine and what can be done there, declared once: routing, help text, OpenAPI and
 * policy hints all derive from it.
 */
public final class Endpoint {
  private final PathPattern pattern;
  private final String summary;
  private final List<Field> fields;
  private final Map<Operation, Handler> handlers;
  private final Optional<Predicate<Call>> exists;
  private final BooleanSupplier unauthenticated;
  private final Optional<OpenEndpoints> openWith;
  private final boolean sudo;
  private final boolean whenSealed;
  private final boolean blocking;

  private Endpoint(Builder builder) {
    pattern = builder.pattern;
    summary = builder.summary;
    fields = List.copyOf(builder.fields);
    handlers = Map.copyOf(builder.handlers);
    exists = builder.exists;
    unauthenticated = builder.unauthenticated;
    openWith = builder.openWith;
    sudo = builder.sudo;
    whenSealed = builder.whenSealed;
    blocking = builder.blocking;
  }

  /**
   * A member of the body, or a parameter of the path or query.
   *
   * @param name as on the wire
   * @param type {@code string}, {@code integer}, {@code boolean}, {@code duration}, {@code array},
   *     {@code object}
   * @param description one sentence, with the default where there is one
   */
  public record Field(String name, String type, String description) {}

  /** Starts the declaration of {@code pattern} (see {@link PathPattern}). */
  public static Builder at(String pattern, String summary) {
    return new Builder(PathPattern.of(pattern), summary);
  }

  /** Where it is, within the mount. */
  public PathPattern pattern() {
    return pattern;
  }

  /** What it is for, in one sentence. */
  public String summary() {
    return summary;
  }

  /** What it takes. */
  public List<Field> fields() {
    return fields;
  }

  /** What can be done, and by whom. */
  public Map<Operation, Handler> handlers() {
    return handlers;
  }

  /**
   * Whether what the call names exists, for telling a create from an update; where absent, every
   * write is an update.
   */
  public Optional<Predicate<Call>> exists() {
    return exists;
  }

  /** Whether a create and an update are answered in the same way. */
  public boolean createsAsItUpdates() {
    return Objects.equals(handlers.get(Operation.CREATE), handlers.get(Operation.UPDATE));
  }

  /** Whether it answers {@code client} without a token, which then does not count. */
  public boolean unauthenticated(Client client) {
    return unauthenticated.getAsBoolean() || openWith.map(client.open()::contains).orElse(false);
  }

  /** Whether policies must grant {@code sudo} besides the operation. */
  public boolean sudo() {
    return sudo;
  }

  /** Whether it also answers while the node is sealed or not initialized. */
  public boolean whenSealed() {
    return whenSealed;
  }

  /** Whether even its reads may block (on the HSM, another server), so that they need a thread. */
  public boolean blocking() {
    return blocking;
  }

  /** Collects a declaration. */
  public static final class Builder {
    private final PathPattern pattern;
    private final String summary;
    private final List<Field> fields = new ArrayList<>();
    private final Map<Operation, Handler> handlers = new EnumMap<>(Operation.class);
    private Optional<Predicate<Call>> exists = Optional.empty();
    private BooleanSupplier unauthenticated = () -> false;
    private Optional<OpenEndpoints> openWith = Optional.empty();
    private boolean sudo;
    private boolean whenSealed;
    private boolean blocking;

    private Builder(PathPattern pattern, String summary) {
      this.pattern = pattern;
      this.summary = summary;
    }

    /** Declares a member of the body or a parameter. */
    public Builder field(String name, String type, String description) {
      fields.add(new Field(name, type, description));
      return this;
    }

    /** Answers {@code operation} with {@code handler}. */
    public Builder on(Operation operation, Handler handler) {
      handlers.put(operation, handler);
      return this;
    }

    /** Answers create and update with one handler. */
    public Builder onWrite(Handler handler) {
      return on(Operation.CREATE, handler).on(Operation.UPDATE, handler);
    }

    /** Tells a create from an update. */
    public Builder exists(Predicate<Call> test) {
      exists = Optional.of(test);
      return this;
    }

    /** Needs no token. */
    public Builder unauthenticated() {
      return unauthenticatedWhile(() -> true);
    }

    /**
     * Needs no token while {@code open}, asked at each request and from memory. Whether it still is
     * when the handler runs is for that to see to.
     */
    public Builder unauthenticatedWhile(BooleanSupplier open) {
      unauthenticated = open;
      return this;
    }

    /** Needs no token where the listener opens {@code which}, and {@code sudo} elsewhere. */
    public Builder sudoUnlessOpen(OpenEndpoints which) {
      openWith = Optional.of(which);
      return sudo();
    }

    /** Needs no token where the listener opens {@code which}. */
    public Builder tokenUnlessOpen(OpenEndpoints which) {
      openWith = Optional.of(which);
      return this;
    }

    /** Needs the {@code sudo} capability. */
    public Builder sudo() {
      sudo = true;
      return this;
    }

    /** Needs the {@code sudo} capability where {@code needed}. */
    public Builder sudoIf(boolean needed) {
      sudo = needed;
      return this;
    }

    /** Answers in every state of the node. */
    public Builder whenSealed() {
      whenSealed = true;
      return this;
    }

    /** May block even when reading. */
    public Builder blocking() {
      blocking = true;
      return this;
    }

    /** The declaration. */
    public Endpoint build() {
      return new Endpoint(this);
    }
  }
}
