package strongroom.hcl;

import java.util.ArrayList;
import java.util.List;
import strongroom.hcl.HclValue.Array;
import strongroom.hcl.HclValue.Body;
import strongroom.hcl.HclValue.Bool;
import strongroom.hcl.HclValue.Entry;
import strongroom.hcl.HclValue.Null;
import strongroom.hcl.HclValue.Numeral;
import strongroom.hcl.HclValue.Position;
import strongroom.hcl.HclValue.Text;
import strongroom.hcl.Lexer.Kind;
import strongroom.hcl.Lexer.Token;

/**
 * Reads HCL's JSON form. A block with a label is an object in an object: {@code
 * {"storage": {"raft": {…}}}}; several of one name stand in an array. Which names are blocks with
 * labels is the reader's to know: {@link HclValue.Body#named} gives what stands there.
 */
final class JsonForm {
  private final Lexer lexer;
  private Token token;
  private int depth;

  JsonForm(Lexer lexer) throws HclSyntaxException {
    this.lexer = lexer;
    token = lexer.next();
  }

  Body parse() throws HclSyntaxException {
    Body body = object();
    if (token.kind() != Kind.END) {
      throw expected("the end of the text");
    }
    return body;
  }

  private Body object() throws HclSyntaxException {
    Position start = token.position();
    descend(start);
    advance();
    List<Entry> entries = new ArrayList<>();
    while (token.kind() != Kind.CLOSE_BRACE) {
      Token name = token;
      if (name.kind() != Kind.STRING) {
        throw expected("a name in quotes");
      }
      advance();
      if (token.kind() != Kind.COLON) {
        throw expected("\":\"");
      }
      advance();
      entries.add(new Entry(name.position(), name.text(), List.of(), value()));
      separator(Kind.CLOSE_BRACE, "}");
    }
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
      case OPEN_BRACE -> object();
      case OPEN_BRACKET -> array();
      case IDENTIFIER -> {
        advance();
        yield switch (first.text()) {
          case "true" -> new Bool(first.position(), true);
          case "false" -> new Bool(first.position(), false);
          case "null" -> new Null(first.position());
          default -> throw Lexer.error(first.position(), "expected a JSON value");
        };
      }
      case CLOSE_BRACE, CLOSE_BRACKET, EQUALS, COLON, COMMA, END -> throw expected("a JSON value");
    };
  }

  private Array array() throws HclSyntaxException {
    Position start = token.position();
    descend(start);
    advance();
    List<HclValue> items = new ArrayList<>();
    while (token.kind() != Kind.CLOSE_BRACKET) {
      items.add(value());
      separator(Kind.CLOSE_BRACKET, "]");
    }
    advance();
    depth--;
    return new Array(start, items);
  }

  private void separator(Kind end, String shown) throws HclSyntaxException {
    if (token.kind() == Kind.COMMA) {
      advance();
      if (token.kind() == end) {
        throw expected("a further value behind the comma");
      }
    } else if (token.kind() != end) {
      throw expected("\",\" or \"" + shown + "\"");
    }
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
