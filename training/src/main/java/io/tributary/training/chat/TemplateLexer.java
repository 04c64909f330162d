package io.tributary.training.chat;

import io.tributary.training.chat.Lexeme.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a template into texts and tags, with the whitespace rules that transformers sets for chat
 * templates: {@code trim_blocks} and {@code lstrip_blocks}.
 */
final class TemplateLexer {
  private static final List<String> SIGNS =
      List.of(
          "==", "!=", "<=", ">=", "//", "**", "<", ">", "+", "-", "*", "/", "%", "~", "|", ".", ",",
          ":", "(", ")", "[", "]", "{", "}", "=");

  /** A piece of a template: a text between tags, or what stands in one. */
  record Piece(Piece.Kind kind, String text, List<Lexeme> words) {
    enum Kind {
      TEXT,
      VALUE,
      STATEMENT
    }
  }

  private final String source;
  private final List<Piece> pieces = new ArrayList<>();
  private int at;
  private boolean stripNext;
  private boolean trimNext;

  private TemplateLexer(String source) {
    this.source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
  }

  static List<Piece> pieces(String source) {
    return new TemplateLexer(source).run();
  }

  private List<Piece> run() {
    while (at < source.length()) {
      int tag = nextTag();
      text(source.substring(at, tag), tag);
      if (tag < source.length()) {
        tag(tag);
      } else {
        at = tag;
      }
    }
    return pieces;
  }

  private int nextTag() {
    for (int i = source.indexOf('{', at); i >= 0; i = source.indexOf('{', i + 1)) {
      if (i + 1 < source.length() && "{%#".indexOf(source.charAt(i + 1)) >= 0) {
        return i;
      }
    }
    return source.length();
  }

  private void text(String raw, int tag) {
    String text = raw;
    boolean lineStart = at == 0;
    if (stripNext) {
      text = text.stripLeading();
    } else if (trimNext && text.startsWith("\n")) {
      text = text.substring(1);
      lineStart = true;
    }
    stripNext = false;
    trimNext = false;
    if (tag < source.length()) {
      char mark = tag + 2 < source.length() ? source.charAt(tag + 2) : ' ';
      if (mark == '-') {
        text = text.stripTrailing();
      } else if (source.charAt(tag + 1) != '{' && mark != '+') {
        text = withoutIndent(text, lineStart);
      }
    }
    if (!text.isEmpty()) {
      pieces.add(new Piece(Piece.Kind.TEXT, text, List.of()));
    }
  }

  /** Without the blanks before a block that is first on its line. */
  private static String withoutIndent(String text, boolean lineStart) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == ' ' || text.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean first = end > 0 ? text.charAt(end - 1) == '\n' : lineStart;
    return first ? text.substring(0, end) : text;
  }

  private void tag(int start) {
    char kind = source.charAt(start + 1);
    String close = kind == '{' ? "}}" : kind == '%' ? "%}" : "#}";
    int end = kind == '#' ? source.indexOf(close, start + 2) : closing(start + 2, close);
    if (end < 0) {
      throw new TemplateFailure("a tag that does not end");
    }
    int from = start + 2;
    if (from < end && "-+".indexOf(source.charAt(from)) >= 0) {
      from++;
    }
    char last = end > from ? source.charAt(end - 1) : ' ';
    int to = last == '-' || last == '+' ? end - 1 : end;
    stripNext = last == '-';
    trimNext = kind != '{' && last != '+';
    if (kind != '#') {
      pieces.add(
          new Piece(
              kind == '{' ? Piece.Kind.VALUE : Piece.Kind.STATEMENT,
              "",
              words(source.substring(from, to))));
    }
    at = end + 2;
  }

  /** Where a tag closes, texts in quotes passed over. */
  private int closing(int from, String close) {
    char quote = 0;
    int depth = 0;
    for (int i = from; i + 1 < source.length(); i++) {
      char c = source.charAt(i);
      if (quote != 0) {
        if (c == '\\') {
          i++;
        } else if (c == quote) {
          quote = 0;
        }
      } else if (c == '\'' || c == '"') {
        quote = c;
      } else if (depth == 0 && source.startsWith(close, i)) {
        return i;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      }
    }
    return -1;
  }

  private static List<Lexeme> words(String code) {
    List<Lexeme> words = new ArrayList<>();
    int i = 0;
    while (i < code.length()) {
      char c = code.charAt(i);
      if (Character.isWhitespace(c)) {
        i++;
      } else if (c == '\'' || c == '"') {
        i = quoted(code, i, words);
      } else if (Character.isLetter(c) || c == '_') {
        i = run(code, i, Kind.NAME, words);
      } else if (Character.isDigit(c)) {
        i = run(code, i, Kind.NUMBER, words);
      } else {
        i = sign(code, i, words);
      }
    }
    return words;
  }

  private static int run(String code, int start, Kind kind, List<Lexeme> into) {
    int end = start;
    while (end < code.length()
        && (Character.isLetterOrDigit(code.charAt(end)) || code.charAt(end) == '_')) {
      end++;
    }
    into.add(new Lexeme(kind, code.substring(start, end)));
    return end;
  }

  private static int quoted(String code, int start, List<Lexeme> into) {
    var text = new StringBuilder();
    int i = start + 1;
    while (i < code.length() && code.charAt(i) != code.charAt(start)) {
      if (code.charAt(i) == '\\' && i + 1 < code.length()) {
        i++;
        switch (code.charAt(i)) {
          case 'n' -> text.append('\n');
          case 't' -> text.append('\t');
          case 'r' -> text.append('\r');
          case '\\', '\'', '"' -> text.append(code.charAt(i));
          default -> text.append('\\').append(code.charAt(i));
        }
      } else {
        text.append(code.charAt(i));
      }
      i++;
    }
    if (i >= code.length()) {
      throw new TemplateFailure("a text that does not end");
    }
    into.add(new Lexeme(Kind.TEXT, text.toString()));
    return i + 1;
  }

  private static int sign(String code, int start, List<Lexeme> into) {
    for (String sign : SIGNS) {
      if (code.startsWith(sign, start)) {
        into.add(new Lexeme(Kind.SIGN, sign));
        return start + sign.length();
      }
    }
    throw new TemplateFailure("the sign " + code.charAt(start));
  }
}
