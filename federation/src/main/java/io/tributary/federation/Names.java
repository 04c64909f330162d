package io.tributary.federation;

import java.util.regex.Pattern;

/**
 * The one rule of names: lower-case letters, digits and dashes, 1 to 63 characters, ordered by
 * bytes.
 */
final class Names {
  static final String RULE = "1 to 63 of a-z, 0-9 and -, not starting with -";
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

  private Names() {}

  static String check(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw FederationException.of(
          ErrorKind.INVALID_ARGUMENT,
          what,
          "\"" + abbreviate(name) + "\"",
          RULE,
          "Choose another name.");
    }
    return name;
  }

  private static String abbreviate(String text) {
    return text.length() <= 80 ? text : text.substring(0, 80) + "…";
  }
}
