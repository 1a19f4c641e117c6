package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;

/** Reads the grammar of HCL. Goes forward only, one character at a time. */
final class HclReader {
  private final Cursor cursor;
  private final TextReader texts;

  HclReader(Cursor cursor) {
    this.cursor = cursor;
    texts = new TextReader(cursor);
  }

  HclObject readText() throws HclSyntax {
    Position start = cursor.place();
    List<HclMember> members = new ArrayList<>();
    for (skipBlanks(); cursor.peek() != Cursor.END; skipBlanks()) {
      if (cursor.peek() == '}') {
        throw cursor.error("found '}' where no '{' is open");
      }
      members.add(readMember());
      skipComma();
    }
    return new HclObject(start, members);
  }

  private HclObject readObject() throws HclSyntax {
    Position start = cursor.place();
    cursor.enter();
    cursor.next();
    List<HclMember> members = new ArrayList<>();
    for (skipBlanks(); cursor.peek() != '}'; skipBlanks()) {
      if (cursor.peek() == Cursor.END) {
        throw new HclSyntax(start, "the '{' here is not closed by a '}'");
      }
      members.add(readMember());
      skipComma();
    }
    cursor.next();
    cursor.leave();
    return new HclObject(start, members);
  }

  private void skipComma() throws HclSyntax {
    skipBlanks();
    if (cursor.peek() == ',') {
      cursor.next();
    }
  }

  private HclMember readMember() throws HclSyntax {
    List<HclKey> keys = new ArrayList<>(2);
    keys.add(readKey("a key"));
    for (skipBlanks(); cursor.peek() != '=' && cursor.peek() != '{'; skipBlanks()) {
      HclKey first = keys.getFirst();
      if (cursor.peek() == Cursor.END || !startsKey()) {
        throw cursor.unexpected("'=' and a value, or a '{', behind the key " + first.quoted());
      }
      keys.add(readKey("a label"));
    }
    if (cursor.peek() == '{') {
      cursor.count();
      return new HclMember(keys, readObject());
    }
    Position assignment = cursor.place();
    cursor.next();
    skipBlanks();
    if (keys.size() > 1 && cursor.peek() != '{') {
      throw new HclSyntax(
          assignment,
          "found '=' behind a key and a label; "
              + keys.getFirst().quoted()
              + " needs either '=' and a value at once, or labels and then '{'");
    }
    return new HclMember(keys, readValue(keys.getFirst()));
  }

  private boolean startsKey() {
    int c = cursor.peek();
    return c == '"' || c == '_' || Character.isLetter(c);
  }

  private HclKey readKey(String what) throws HclSyntax {
    cursor.count();
    Position start = cursor.place();
    if (cursor.peek() == '"') {
      return new HclKey(start, texts.readQuoted().value());
    }
    if (!startsKey()) {
      throw cursor.unexpected(what);
    }
    return new HclKey(start, readWord());
  }

  private String readWord() {
    int from = cursor.offset();
    int c = cursor.peek();
    while (c == '_' || c == '-' || c == '.' || (c != Cursor.END && Character.isLetterOrDigit(c))) {
      cursor.next();
      c = cursor.peek();
    }
    return cursor.since(from);
  }

  private HclValue readValue(HclKey key) throws HclSyntax {
    cursor.count();
    Position start = cursor.place();
    int c = cursor.peek();
    if (c == '"') {
      return texts.readQuoted();
    }
    if (c == '{') {
      return readObject();
    }
    if (c == '[') {
      return readList(key);
    }
    if (c == '<' && cursor.peek(1) == '<') {
      return texts.readHeredoc();
    }
    if (c == '-' || c == '.' || (c >= '0' && c <= '9')) {
      return Numbers.read(cursor);
    }
    if (startsKey()) {
      return readBoolean(start, key);
    }
    throw cursor.unexpected("a value for " + key.quoted());
  }

  private HclBoolean readBoolean(Position start, HclKey key) throws HclSyntax {
    return switch (readWord()) {
      case "true" -> new HclBoolean(start, true);
      case "false" -> new HclBoolean(start, false);
      default ->
          throw new HclSyntax(
              start,
              "found a bare word as the value of "
                  + key.quoted()
                  + "; text stands in quotes, and only true and false do without");
    };
  }

  private HclList readList(HclKey key) throws HclSyntax {
    Position start = cursor.place();
    cursor.enter();
    cursor.next();
    List<HclValue> items = new ArrayList<>();
    skipBlanks();
    while (cursor.peek() != ']') {
      if (cursor.peek() == Cursor.END) {
        throw new HclSyntax(start, "the '[' here is not closed by a ']'");
      }
      items.add(readValue(key));
      skipBlanks();
      if (cursor.peek() == ',') {
        cursor.next();
        skipBlanks();
      } else if (cursor.peek() != ']' && cursor.peek() != Cursor.END) {
        throw cursor.unexpected("',' or ']' in the list of " + key.quoted());
      }
    }
    cursor.next();
    cursor.leave();
    return new HclList(start, items);
  }

  /** Moves past white space and comments. */
  private void skipBlanks() throws HclSyntax {
    cursor.skipWhite();
    for (int c = cursor.peek(); c == '#' || c == '/'; c = cursor.peek()) {
      if (c == '/' && cursor.peek(1) == '*') {
        skipLongComment();
      } else if (c == '#' || cursor.peek(1) == '/') {
        while (cursor.peek() != '\n' && cursor.peek() != Cursor.END) {
          cursor.next();
        }
      } else {
        throw cursor.unexpected("a comment ('#', '//' or '/*') or a key");
      }
      cursor.skipWhite();
    }
  }

  private void skipLongComment() throws HclSyntax {
    Position start = cursor.place();
    cursor.next();
    cursor.next();
    while (cursor.peek() != '*' || cursor.peek(1) != '/') {
      if (cursor.peek() == Cursor.END) {
        throw new HclSyntax(start, "the comment that starts here is not closed by '*/'");
      }
      cursor.next();
    }
    cursor.next();
    cursor.next();
  }
}
