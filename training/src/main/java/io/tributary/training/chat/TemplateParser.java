package io.tributary.training.chat;

import io.tributary.training.chat.TemplateLexer.Piece;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads a template as parts. */
final class TemplateParser {
  private static final Set<String> END_OF_IF = Set.of("elif", "else", "endif");
  private static final Expression TRUE = new Expression.Constant(true);
  private static final int DEEPEST = 100;

  private final List<Piece> pieces;
  private int at;
  private int depth;

  private TemplateParser(List<Piece> pieces) {
    this.pieces = pieces;
  }

  static List<Part> parse(String source) {
    var parser = new TemplateParser(TemplateLexer.pieces(source));
    List<Part> parts = parser.parts(Set.of());
    if (parser.at < parser.pieces.size()) {
      throw new TemplateFailure("the tag " + parser.word() + " where it can't stand");
    }
    return parts;
  }

  private String word() {
    Piece piece = pieces.get(at);
    return piece.words().isEmpty() ? "" : piece.words().get(0).text();
  }

  /** All up to one of some tags, which is left. */
  private List<Part> parts(Set<String> ends) {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("tags that are nested too deep");
    }
    List<Part> parts = new ArrayList<>();
    while (at < pieces.size()) {
      Piece piece = pieces.get(at);
      switch (piece.kind()) {
        case TEXT -> {
          at++;
          parts.add(new Part.Text(piece.text()));
        }
        case VALUE -> {
          at++;
          var words = new ExpressionParser(piece.words());
          parts.add(new Part.Value(words.expression()));
          words.end();
        }
        case STATEMENT -> {
          if (ends.contains(word()) || word().startsWith("end") || END_OF_IF.contains(word())) {
            depth--;
            return parts;
          }
          statement(parts);
        }
      }
    }
    if (!ends.isEmpty()) {
      throw new TemplateFailure(
          "a missing " + String.join(" or ", ends.stream().sorted().toList()));
    }
    depth--;
    return parts;
  }

  private void statement(List<Part> into) {
    var words = new ExpressionParser(pieces.get(at).words());
    String tag = words.name();
    at++;
    switch (tag) {
      case "if" -> into.add(condition(words));
      case "for" -> into.add(loop(words));
      case "set" -> into.add(assignment(words));
      case "continue" -> into.add(new Part.Jump(Part.Flow.NEXT));
      case "break" -> into.add(new Part.Jump(Part.Flow.OUT));
      case "generation" -> {
        into.addAll(parts(Set.of("endgeneration")));
        close("endgeneration");
      }
      case "macro" -> {
        // only calls of it are refused: tools have them, dialogues don't
        parts(Set.of("endmacro"));
        close("endmacro");
      }
      default -> throw new TemplateFailure("the tag " + tag);
    }
  }

  private void close(String tag) {
    if (at >= pieces.size() || !word().equals(tag)) {
      throw new TemplateFailure("a missing " + tag);
    }
    at++;
  }

  private Part condition(ExpressionParser first) {
    List<Expression> conditions = new ArrayList<>(List.of(whole(first)));
    List<List<Part>> bodies = new ArrayList<>(List.of(parts(END_OF_IF)));
    while (word().equals("elif")) {
      var words = new ExpressionParser(pieces.get(at).words());
      words.expect("elif");
      at++;
      conditions.add(whole(words));
      bodies.add(parts(END_OF_IF));
    }
    if (word().equals("else")) {
      at++;
      conditions.add(TRUE);
      bodies.add(parts(Set.of("endif")));
    }
    close("endif");
    return new Part.Condition(conditions, bodies);
  }

  private static Expression whole(ExpressionParser words) {
    Expression value = words.expression();
    words.end();
    return value;
  }

  private Part loop(ExpressionParser words) {
    List<String> names = new ArrayList<>();
    boolean bracket = words.takes("(");
    do {
      names.add(words.name());
    } while (words.takes(","));
    if (bracket) {
      words.expect(")");
    }
    words.expect("in");
    Expression of = words.or();
    Optional<Expression> filter =
        words.takes("if") ? Optional.of(words.expression()) : Optional.empty();
    words.end();
    List<Part> body = parts(Set.of("else", "endfor"));
    List<Part> otherwise = List.of();
    if (at < pieces.size() && word().equals("else")) {
      at++;
      otherwise = parts(Set.of("endfor"));
    }
    close("endfor");
    return new Part.Loop(names, of, filter, body, otherwise);
  }

  private Part assignment(ExpressionParser words) {
    String name = words.name();
    Optional<String> key = words.takes(".") ? Optional.of(words.name()) : Optional.empty();
    if (words.ended() && key.isEmpty()) {
      List<Part> body = parts(Set.of("endset"));
      close("endset");
      return new Part.Capture(name, body);
    }
    words.expect("=");
    return new Part.Assignment(name, key, whole(words));
  }
}
