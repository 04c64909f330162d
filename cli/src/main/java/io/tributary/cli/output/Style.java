package io.tributary.cli.output;

/** Emphasis by ANSI escape sequences, or none where they are not wanted. */
public enum Style {
  PLAIN,
  COLORED;

  private static final String ESCAPE = "\u001b[";

  public static Style of(boolean colored) {
    return colored ? COLORED : PLAIN;
  }

  public String bold(String text) {
    return wrap(text, "1");
  }

  public String dim(String text) {
    return wrap(text, "2");
  }

  public String red(String text) {
    return wrap(text, "31");
  }

  public String green(String text) {
    return wrap(text, "32");
  }

  public String yellow(String text) {
    return wrap(text, "33");
  }

  public String cyan(String text) {
    return wrap(text, "36");
  }

  private String wrap(String text, String code) {
    return this == PLAIN || text.isEmpty() ? text : ESCAPE + code + "m" + text + ESCAPE + "0m";
  }

  /** Columns that a text takes on a terminal: escape sequences take none. */
  static int width(String text) {
    return text.replaceAll("\u001b\\[[0-9;]*m", "").length();
  }
}
