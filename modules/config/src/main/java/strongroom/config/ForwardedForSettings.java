package strongroom.config;

import java.util.List;

/**
 * Whose {@code X-Forwarded-For} is believed.
 *
 * @param authorized the proxies; empty where the header means nothing
 * @param hopSkips how many addresses to skip from the last one
 * @param rejectNotAuthorized whether the header of anyone else refuses the request
 * @param rejectNotPresent whether a request of a proxy without the header is refused
 */
public record ForwardedForSettings(
    List<Cidr> authorized, int hopSkips, boolean rejectNotAuthorized, boolean rejectNotPresent) {
  /** Keeps a copy of {@code authorized}. */
  public ForwardedForSettings {
    authorized = List.copyOf(authorized);
  }
}
