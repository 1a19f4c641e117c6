package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;

/**
 * Members in braces, or a whole text. A name may come more than once, as blocks do; the members are
 * in the order of the text.
 */
public record HclObject(Position at, List<HclMember> members) implements HclValue {
  /** Keeps a copy of {@code members}. */
  public HclObject {
    members = List.copyOf(members);
  }

  /**
   * The blocks of the name {@code name} with {@code labels} labels each, in order. The body of a
   * member counts as labels where the member has too few, and a list as several blocks, so that all
   * spellings of the language and its JSON form come to the same.
   *
   * @throws HclSyntax where a member of that name is no such block
   */
  public List<HclBlock> blocks(String name, int labels) throws HclSyntax {
    List<HclBlock> found = new ArrayList<>();
    for (HclMember member : members) {
      if (member.name().equals(name)) {
        found.addAll(blocks(member, labels));
      }
    }
    return found;
  }

  /**
   * The blocks that {@code member} stands for: see {@link #blocks(String, int)}.
   *
   * @throws HclSyntax where it is no such block
   */
  public static List<HclBlock> blocks(HclMember member, int labels) throws HclSyntax {
    List<HclBlock> found = new ArrayList<>();
    List<HclKey> rest = member.keys().subList(1, member.keys().size());
    collect(member.key(), List.of(), rest, member.value(), labels, found);
    return found;
  }

  private static void collect(
      HclKey key,
      List<HclKey> labels,
      List<HclKey> rest,
      HclValue value,
      int wanted,
      List<HclBlock> found)
      throws HclSyntax {
    if (labels.size() + rest.size() > wanted) {
      throw new HclSyntax(
          rest.get(wanted - labels.size()).at(),
          key.quoted() + " takes " + count(wanted) + ", and this is one more");
    }
    List<HclKey> all = new ArrayList<>(labels);
    all.addAll(rest);
    switch (value) {
      case HclObject object -> {
        if (all.size() == wanted) {
          found.add(new HclBlock(key, all, object));
          return;
        }
        for (HclMember member : object.members) {
          collect(key, all, member.keys(), member.value(), wanted, found);
        }
      }
      case HclList list -> {
        for (HclValue item : list.items()) {
          if (!(item instanceof HclObject)) {
            throw notABlock(key, item, wanted);
          }
          collect(key, all, List.of(), item, wanted, found);
        }
      }
      case HclString s -> throw notABlock(key, s, wanted);
      case HclNumber n -> throw notABlock(key, n, wanted);
      case HclBoolean b -> throw notABlock(key, b, wanted);
    }
  }

  private static HclSyntax notABlock(HclKey key, HclValue value, int labels) {
    String form = key.text() + (labels == 0 ? " { … }" : " \"…\" { … }");
    return new HclSyntax(
        value.at(), key.quoted() + " is a block: write " + form + ", not " + value.kind());
  }

  private static String count(int labels) {
    return labels == 0 ? "no label" : labels == 1 ? "one label" : labels + " labels";
  }

  @Override
  public String kind() {
    return "an object";
  }

  @Override
  public String toString() {
    return "object[" + members.size() + "]";
  }
}
