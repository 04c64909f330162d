package io.tributary.aggregation.tensor;

/** Foreign text as messages may show it: in quotes, at most 80 characters, printable ASCII only. */
public final class Quoted {
  private static final int LONGEST = 80;

  private Quoted() {}

  public static String of(String text) {
    var out = new StringBuilder("\"");
    for (int i = 0; i < Math.min(text.length(), LONGEST); i++) {
      char c = text.charAt(i);
      out.append(c < 0x20 || c > 0x7e ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return out.append(text.length() > LONGEST ? "…\"" : "\"").toString();
  }
}
