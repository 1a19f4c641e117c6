package strongroom.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The names in a folder, as a list is asked for: all, or a page by {@code after} and {@code limit}.
 */
public final class Names {
  private static final int PAGE = 1000;

  private Names() {}

  /**
   * The names directly in {@code folder} of the call's storage, in order; none where it is empty.
   */
  public static List<String> in(Call call, String folder) {
    String from = call.fields().string("after").orElse("");
    long limit = call.fields().integer("limit", -1, Integer.MAX_VALUE).orElse(-1);
    List<String> names = new ArrayList<>();
    while (limit <= 0 || names.size() < limit) {
      int wanted = limit <= 0 ? PAGE : (int) Math.min(PAGE, limit - names.size());
      List<String> page = call.storage().list(folder, from, wanted);
      names.addAll(page);
      if (page.size() < wanted) {
        break;
      }
      from = page.getLast();
    }
    return names;
  }
}
