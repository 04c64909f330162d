package io.tributary.federation;

/**
 * The one rule of names: lower-case letters, digits and dashes, 1 to 63 characters, ordered by
 * bytes.
 */
final class Names {
  static final String RULE = "1 to 63 of a-z, 0-9 and -, not starting with -";
  private static final int MOST = 63;

  private Names() {}

  static String check(String what, String name) {
    if (!isName(name)) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          what,
          "\"" + abbreviate(name) + "\"",
          RULE,
          "Choose another name.");
    }
    return name;
  }

  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > MOST || text.charAt(0) == '-') {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char at = text.charAt(i);
      if ((at < 'a' || at > 'z') && (at < '0' || at > '9') && at != '-') {
        return false;
      }
    }
    return true;
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
