package io.tributary.training.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The filters and tests that chat templates use. */
final class Filters {
  private Filters() {}

  /**
   * A filter's value.
   *
   * @param attribute whether the argument names an attribute
   */
  static @Nullable Object apply(
      String name, @Nullable Object value, List<@Nullable Object> arguments, boolean attribute) {
    return switch (name) {
      case "trim" -> Values.text(value).strip();
      case "upper" -> Values.text(value).toUpperCase(Locale.ROOT);
      case "lower" -> Values.text(value).toLowerCase(Locale.ROOT);
      case "title" -> title(Values.text(value));
      case "capitalize" -> capitalized(Values.text(value));
      case "string", "safe" -> Values.text(value);
      case "length", "count" -> (long) Values.items(value).size();
      case "first" -> Values.part(Values.items(value), 0L);
      case "last" -> Values.part(Values.items(value), -1L);
      case "list" -> Values.items(value);
      case "reverse" -> Values.slice(value, null, null, -1L);
      case "join" -> joined(value, arguments.isEmpty() ? "" : Values.text(arguments.get(0)));
      case "default", "d" -> byDefault(value, arguments);
      case "replace" ->
          Values.text(value)
              .replace(
                  Values.text(Methods.argument(arguments, 0)),
                  Values.text(Methods.argument(arguments, 1)));
      case "int" -> number(value);
      case "items" -> pairs(value);
      case "selectattr" -> selected(value, arguments, true);
      case "rejectattr" -> selected(value, arguments, false);
      case "map" -> mapped(value, arguments, attribute);
      default -> throw new TemplateFailure("the filter " + name);
    };
  }

  private static @Nullable Object byDefault(
      @Nullable Object value, List<@Nullable Object> arguments) {
    boolean falseToo = arguments.size() > 1 && Values.truth(arguments.get(1));
    boolean missing = value == Values.UNDEFINED || (falseToo && !Values.truth(value));
    return missing ? (arguments.isEmpty() ? "" : arguments.get(0)) : value;
  }

  private static long number(@Nullable Object value) {
    if (value instanceof String text) {
      return text.strip().matches("-?[0-9]{1,18}") ? Long.parseLong(text.strip()) : 0;
    }
    return Values.whole(value);
  }

  static String joined(@Nullable Object value, String between) {
    return Values.items(value).stream().map(Values::text).collect(Collectors.joining(between));
  }

  static String capitalized(String text) {
    return text.isEmpty()
        ? text
        : text.substring(0, 1).toUpperCase(Locale.ROOT)
            + text.substring(1).toLowerCase(Locale.ROOT);
  }

  static String title(String text) {
    var title = new StringBuilder();
    boolean inside = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      title.append(inside ? Character.toLowerCase(c) : Character.toUpperCase(c));
      inside = Character.isLetterOrDigit(c);
    }
    return title.toString();
  }

  static List<@Nullable Object> pairs(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateFailure("the items of what is no map");
    }
    List<@Nullable Object> pairs = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      List<@Nullable Object> pair = new ArrayList<>();
      pair.add(entry.getKey());
      pair.add(entry.getValue());
      pairs.add(pair);
    }
    return pairs;
  }

  private static Object selected(
      @Nullable Object value, List<@Nullable Object> arguments, boolean wanted) {
    List<@Nullable Object> selected = new ArrayList<>();
    for (Object item : Values.items(value)) {
      Object part = Values.part(item, Methods.argument(arguments, 0));
      boolean holds =
          arguments.size() < 2
              ? Values.truth(part)
              : test(Values.text(arguments.get(1)), part, arguments.subList(2, arguments.size()));
      if (holds == wanted) {
        selected.add(item);
      }
    }
    return selected;
  }

  private static Object mapped(
      @Nullable Object value, List<@Nullable Object> arguments, boolean attribute) {
    List<@Nullable Object> mapped = new ArrayList<>();
    Object first = Methods.argument(arguments, 0);
    for (Object item : Values.items(value)) {
      mapped.add(
          attribute
              ? Values.part(item, first)
              : apply(Values.text(first), item, arguments.subList(1, arguments.size()), false));
    }
    return mapped;
  }

  /** Whether a test holds. */
  static boolean test(String name, @Nullable Object value, List<@Nullable Object> arguments) {
    return switch (name) {
      case "defined" -> value != Values.UNDEFINED;
      case "undefined" -> value == Values.UNDEFINED;
      case "none" -> value == null;
      case "string" -> value instanceof String;
      case "mapping" -> value instanceof Map<?, ?>;
      case "iterable", "sequence" ->
          value instanceof List<?> || value instanceof String || value instanceof Map<?, ?>;
      case "number", "integer" -> value instanceof Long;
      case "boolean" -> value instanceof Boolean;
      case "true" -> Boolean.TRUE.equals(value);
      case "false" -> Boolean.FALSE.equals(value);
      case "even" -> Values.whole(value) % 2 == 0;
      case "odd" -> Values.whole(value) % 2 != 0;
      case "equalto", "eq", "==" -> Objects.equals(value, Methods.argument(arguments, 0));
      case "ne", "!=" -> !Objects.equals(value, Methods.argument(arguments, 0));
      case "in" -> Values.truth(Values.binary("in", value, Methods.argument(arguments, 0)));
      case "divisibleby" ->
          Values.whole(Values.binary("%", value, Methods.argument(arguments, 0))) == 0;
      default -> throw new TemplateFailure("the test " + name);
    };
  }
}
