package io.tributary.cli.output;

/** Words of others on this terminal. */
public final class Text {
  private Text() {}

  /**
   * The text in one line that moves no cursor and turns no writing direction: characters that
   * control a terminal are written as their code.
   */
  public static String line(String text) {
    if (text.codePoints().noneMatch(Text::controls)) {
      return text;
    }
    var line = new StringBuilder();
    text.codePoints()
        .forEach(
            c -> {
              if (controls(c)) {
                line.append(String.format("\\u%04x", c));
              } else {
                line.appendCodePoint(c);
              }
            });
    return line.toString();
  }

  /** At most so many characters of a text, ending in an ellipsis where there was more. */
  public static String abbreviated(String text, int most) {
    return text.codePointCount(0, text.length()) <= most
        ? text
        : text.substring(0, text.offsetByCodePoints(0, most - 1)) + "…";
  }

  /** Control characters, line separators, and what changes the direction of writing. */
  private static boolean controls(int c) {
    return Character.isISOControl(c)
        || c == 0x2028
        || c == 0x2029
        || (c >= 0x202a && c <= 0x202e)
        || (c >= 0x2066 && c <= 0x2069)
        || c == 0x200e
        || c == 0x200f;
  }
}
