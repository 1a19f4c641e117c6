package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;

/** Reads the JSON form (RFC 8259). A member that is null counts as absent. */
final class JsonFormReader {
  private final Cursor cursor;

  JsonFormReader(Cursor cursor) {
    this.cursor = cursor;
  }

  HclObject readText() throws HclSyntax {
    HclObject object = readObject();
    cursor.skipWhite();
    if (cursor.peek() != Cursor.END) {
      throw cursor.unexpected("the end of the text");
    }
    return object;
  }

  private HclObject readObject() throws HclSyntax {
    Position start = cursor.place();
    cursor.enter();
    cursor.next();
    List<HclMember> members = new ArrayList<>();
    cursor.skipWhite();
    if (cursor.peek() == '}') {
      cursor.next();
    } else {
      do {
        cursor.skipWhite();
        readMember(members);
        cursor.skipWhite();
      } while (another('}', "',' or '}'"));
    }
    cursor.leave();
    return new HclObject(start, members);
  }

  private void readMember(List<HclMember> members) throws HclSyntax {
    if (cursor.peek() != '"') {
      throw cursor.unexpected("a key in quotes");
    }
    cursor.count();
    HclString name = readString();
    cursor.skipWhite();
    if (cursor.peek() != ':') {
      throw cursor.unexpected("':'");
    }
    cursor.next();
    cursor.skipWhite();
    if (word("null")) {
      return;
    }
    HclKey key = new HclKey(name.at(), name.value());
    members.add(new HclMember(List.of(key), readValue()));
  }

  /** Moves past a comma, or past {@code closing}: whether it was a comma. */
  private boolean another(char closing, String allowed) throws HclSyntax {
    if (cursor.peek() != ',' && cursor.peek() != closing) {
      throw cursor.unexpected(allowed);
    }
    return cursor.next() == ',';
  }

  private boolean word(String word) {
    if (!cursor.startsWith(word)) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      cursor.next();
    }
    return true;
  }

  private HclValue readValue() throws HclSyntax {
    cursor.count();
    Position start = cursor.place();
    return switch (cursor.peek()) {
      case '{' -> readObject();
      case '[' -> readList();
      case '"' -> readString();
      default -> {
        if (word("true")) {
          yield new HclBoolean(start, true);
        }
        if (word("false")) {
          yield new HclBoolean(start, false);
        }
        yield readNumber();
      }
    };
  }

  private HclList readList() throws HclSyntax {
    Position start = cursor.place();
    cursor.enter();
    cursor.next();
    List<HclValue> items = new ArrayList<>();
    cursor.skipWhite();
    if (cursor.peek() == ']') {
      cursor.next();
    } else {
      do {
        cursor.skipWhite();
        items.add(readValue());
        cursor.skipWhite();
      } while (another(']', "',' or ']'"));
    }
    cursor.leave();
    return new HclList(start, items);
  }

  private HclNumber readNumber() throws HclSyntax {
    Position start = cursor.place();
    int from = cursor.offset();
    if (cursor.peek() == '-') {
      cursor.next();
    }
    boolean zero = cursor.peek() == '0';
    int whole = digits("a value");
    if (zero && whole > 1) {
      throw new HclSyntax(start, "a number in JSON does not start with 0");
    }
    if (cursor.peek() == '.') {
      cursor.next();
      digits("a digit");
    }
    if (cursor.peek() == 'e' || cursor.peek() == 'E') {
      cursor.next();
      if (cursor.peek() == '+' || cursor.peek() == '-') {
        cursor.next();
      }
      digits("a digit");
    }
    return Numbers.checked(start, cursor.since(from));
  }

  private int digits(String allowed) throws HclSyntax {
    int from = cursor.offset();
    while (cursor.peek() >= '0' && cursor.peek() <= '9') {
      cursor.next();
    }
    if (cursor.offset() == from) {
      throw cursor.unexpected(allowed);
    }
    return cursor.offset() - from;
  }

  private HclString readString() throws HclSyntax {
    Position start = cursor.place();
    cursor.next();
    StringBuilder chars = new StringBuilder();
    for (int c = cursor.peek(); c != '"'; c = cursor.peek()) {
      if (c == Cursor.END || c == '\n' || c == '\r') {
        throw new HclSyntax(start, "the string that starts here is not closed on its line");
      }
      if (c < ' ') {
        throw cursor.error("a control character in a string must be written as \\u00" + hex2(c));
      }
      cursor.next();
      chars.append(c == '\\' ? escape() : (char) c);
    }
    cursor.next();
    return cursor.string(start, chars);
  }

  private static String hex2(int c) {
    return String.format("%02x", c);
  }

  private char escape() throws HclSyntax {
    int c = cursor.peek();
    switch (c) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> cursor.next();
      case 'u' -> {
        cursor.next();
        return (char) cursor.hex(4);
      }
      default -> throw cursor.unexpected("one of \" \\ / b f n r t u behind a backslash");
    }
    return switch (c) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> (char) c;
    };
  }
}
