package io.tributary.training.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The functions that templates may call, and the methods of texts and maps. */
final class Methods {
  private static final int LONGEST_RANGE = 100_000;

  private Methods() {}

  static @Nullable Object global(
      String name,
      Scope scope,
      List<@Nullable Object> arguments,
      Map<String, @Nullable Object> named) {
    return switch (name) {
      case "namespace", "dict" -> new LinkedHashMap<>(named);
      case "range" -> range(arguments);
      case "raise_exception" ->
          throw new TemplateFailure(
              "its own refusal: " + Values.text(argument(arguments, 0)).replace('\n', ' '));
      default ->
          throw new TemplateFailure(
              scope.get(name) == Values.UNDEFINED
                  ? "the function " + name
                  : "a call of " + name + ", which is none");
    };
  }

  private static Object range(List<@Nullable Object> arguments) {
    boolean one = arguments.size() == 1;
    long from = one ? 0 : Values.whole(argument(arguments, 0));
    long to = Values.whole(argument(arguments, one ? 0 : 1));
    long step = arguments.size() > 2 ? Values.whole(arguments.get(2)) : 1;
    if (step == 0 || Math.abs(to - from) > LONGEST_RANGE) {
      throw new TemplateFailure("a range without an end");
    }
    List<@Nullable Object> range = new ArrayList<>();
    for (long at = from; step > 0 ? at < to : at > to; at += step) {
      range.add(at);
    }
    return range;
  }

  static @Nullable Object call(@Nullable Object of, String name, List<@Nullable Object> arguments) {
    if (of instanceof String text) {
      return ofText(text, name, arguments);
    }
    if (of instanceof Map<?, ?> map) {
      return ofMap(map, name, arguments);
    }
    throw new TemplateFailure("the method " + name + " of what has none");
  }

  private static @Nullable Object ofMap(
      Map<?, ?> map, String name, List<@Nullable Object> arguments) {
    return switch (name) {
      case "items" -> Filters.pairs(map);
      case "keys" -> new ArrayList<Object>(map.keySet());
      case "values" -> new ArrayList<Object>(map.values());
      case "get" ->
          map.containsKey(argument(arguments, 0))
              ? map.get(arguments.get(0))
              : arguments.size() > 1 ? arguments.get(1) : null;
      default -> throw new TemplateFailure("the method " + name + " of a map");
    };
  }

  private static Object ofText(String text, String name, List<@Nullable Object> arguments) {
    String first = arguments.isEmpty() ? "" : Values.text(arguments.get(0));
    return switch (name) {
      case "strip" -> stripped(text, arguments, true, true);
      case "lstrip" -> stripped(text, arguments, true, false);
      case "rstrip" -> stripped(text, arguments, false, true);
      case "startswith" -> text.startsWith(first);
      case "endswith" -> text.endsWith(first);
      case "upper" -> text.toUpperCase(Locale.ROOT);
      case "lower" -> text.toLowerCase(Locale.ROOT);
      case "title" -> Filters.title(text);
      case "capitalize" -> Filters.capitalized(text);
      case "replace" -> text.replace(first, Values.text(argument(arguments, 1)));
      case "find" -> (long) text.indexOf(first);
      case "split" -> split(text, arguments);
      case "join" -> Filters.joined(argument(arguments, 0), text);
      default -> throw new TemplateFailure("the method " + name + " of a text");
    };
  }

  private static Object split(String text, List<@Nullable Object> arguments) {
    String[] parts =
        arguments.isEmpty() || arguments.get(0) == null
            ? text.strip().split("\\s+")
            : text.split(Pattern.quote(Values.text(arguments.get(0))), limit(arguments));
    return new ArrayList<Object>(List.of(parts));
  }

  private static int limit(List<@Nullable Object> arguments) {
    return arguments.size() > 1 ? (int) Values.whole(arguments.get(1)) + 1 : -1;
  }

  private static String stripped(
      String text, List<@Nullable Object> arguments, boolean start, boolean end) {
    if (arguments.isEmpty() || arguments.get(0) == null) {
      String left = start ? text.stripLeading() : text;
      return end ? left.stripTrailing() : left;
    }
    String signs = Values.text(arguments.get(0));
    int from = 0;
    int to = text.length();
    while (start && from < to && signs.indexOf(text.charAt(from)) >= 0) {
      from++;
    }
    while (end && to > from && signs.indexOf(text.charAt(to - 1)) >= 0) {
      to--;
    }
    return text.substring(from, to);
  }

  static @Nullable Object argument(List<@Nullable Object> arguments, int at) {
    if (at >= arguments.size()) {
      throw new TemplateFailure("a call with too few arguments");
    }
    return arguments.get(at);
  }
}
