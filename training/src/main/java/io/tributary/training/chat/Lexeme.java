package io.tributary.training.chat;

/** A word of an expression: a name, a text, a number or a sign. */
record Lexeme(Lexeme.Kind kind, String text) {
  enum Kind {
    NAME,
    TEXT,
    NUMBER,
    SIGN,
    END
  }

  boolean is(String sign) {
    return text.equals(sign) && (kind == Kind.SIGN || kind == Kind.NAME);
  }
}
