package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;
import strongroom.hcl.HclValue.Array;
import strongroom.hcl.HclValue.Body;
import strongroom.hcl.HclValue.Bool;
import strongroom.hcl.HclValue.Entry;
import strongroom.hcl.HclValue.Numeral;
import strongroom.hcl.HclValue.Position;
import strongroom.hcl.HclValue.Text;
import strongroom.hcl.Lexer.Kind;
import strongroom.hcl.Lexer.Token;

/**
 * Reads native HCL:
 *
 * <pre>
 * body  = { entry [ "," ] }
 * entry = name { label } ( block | "=" value | block without "=" )
 * value = string | number | boolean | "[" { value [ "," ] } "]" | "{" body "}"
 * </pre>
 */
final class Parser {
  private final Lexer lexer;
  private Token token;
  private int depth;

  Parser(Lexer lexer) throws HclSyntaxException {
    this.lexer = lexer;
    token = lexer.next();
  }

  Body parse() throws HclSyntaxException {
    Position start = token.position();
    List<Entry> entries = entries(Kind.END);
    return new Body(start, entries);
  }

  private List<Entry> entries(Kind end) throws HclSyntaxException {
    List<Entry> entries = new ArrayList<>();
    while (token.kind() != end) {
      entries.add(entry());
      if (token.kind() == Kind.COMMA) {
        advance();
      }
    }
    return entries;
  }

  private Entry entry() throws HclSyntaxException {
    Token name = token;
    if (name.kind() != Kind.IDENTIFIER && name.kind() != Kind.STRING) {
      throw expected("a name");
    }
    advance();
    List<Text> labels = new ArrayList<>();
    while (token.kind() == Kind.STRING || token.kind() == Kind.IDENTIFIER) {
      labels.add(new Text(token.position(), token.text()));
      advance();
    }
    if (token.kind() == Kind.OPEN_BRACE) {
      return new Entry(name.position(), name.text(), labels, block());
    }
    if (!labels.isEmpty()) {
      throw expected("\"{\" behind a block's name and labels");
    }
    if (token.kind() != Kind.EQUALS && token.kind() != Kind.COLON) {
      throw expected("\"=\" or \"{\" behind " + name.shown());
    }
    advance();
    return new Entry(name.position(), name.text(), labels, value());
  }

  private Body block() throws HclSyntaxException {
    Position start = token.position();
    descend(start);
    advance();
    List<Entry> entries = entries(Kind.CLOSE_BRACE);
    advance();
    depth--;
    return new Body(start, entries);
  }

  private HclValue value() throws HclSyntaxException {
    Token first = token;
    return switch (first.kind()) {
      case STRING -> {
        advance();
        yield new Text(first.position(), first.text());
      }
      case NUMBER -> {
        advance();
        yield new Numeral(first.position(), first.text());
      }
      case IDENTIFIER -> {
        boolean isTrue = first.text().equals("true");
        if (!isTrue && !first.text().equals("false")) {
          throw expected("a value (text stands in quotes)");
        }
        advance();
        yield new Bool(first.position(), isTrue);
      }
      case OPEN_BRACE -> block();
      case OPEN_BRACKET -> list();
      case CLOSE_BRACE, CLOSE_BRACKET, EQUALS, COLON, COMMA, END -> throw expected("a value");
    };
  }

  private Array list() throws HclSyntaxException {
    Position start = token.position();
    descend(start);
    advance();
    List<HclValue> items = new ArrayList<>();
    while (token.kind() != Kind.CLOSE_BRACKET) {
      items.add(value());
      if (token.kind() == Kind.COMMA) {
        advance();
      } else if (token.kind() != Kind.CLOSE_BRACKET) {
        throw expected("\",\" or \"]\" in a list");
      }
    }
    advance();
    depth--;
    return new Array(start, items);
  }

  private void descend(Position start) throws HclSyntaxException {
    if (++depth > Hcl.DEPTH_MAX) {
      throw Lexer.error(start, "nested deeper than " + Hcl.DEPTH_MAX + " levels");
    }
  }

  private void advance() throws HclSyntaxException {
    token = lexer.next();
  }

  private HclSyntaxException expected(String what) {
    return Lexer.error(token.position(), "expected " + what + ", found " + token.shown());
  }
}
