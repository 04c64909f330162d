package io.tributary.training.model;

import java.util.List;
import java.util.stream.Stream;

/** Other names under which files may have a parameter. */
public final class Aliases {
  private Aliases() {}

  /**
   * A parameter's other spellings, and all without the prefix of the body: what was saved without a
   * head has none.
   *
   * @param prefix of the body's parameters
   * @param name of the parameter; not among the result
   * @param spellings that other versions or libraries have for it
   */
  public static List<String> of(String prefix, String name, String... spellings) {
    return Stream.concat(Stream.of(name), Stream.of(spellings))
        .flatMap(one -> Stream.of(one, bare(prefix, one)))
        .distinct()
        .filter(one -> !one.equals(name))
        .toList();
  }

  private static String bare(String prefix, String name) {
    return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
  }
}
