package io.tributary.training.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What Python and Jinja do with values, as far as chat templates need it. */
final class Values {
  /** The value of what there is not; it prints as nothing and is false. */
  static final Object UNDEFINED =
      new Object() {
        @Override
        public String toString() {
          return "";
        }
      };

  private Values() {}

  static boolean truth(@Nullable Object value) {
    if (value == null || value == UNDEFINED) {
      return false;
    }
    if (value instanceof Boolean flag) {
      return flag;
    }
    if (value instanceof Long number) {
      return number != 0;
    }
    if (value instanceof String text) {
      return !text.isEmpty();
    }
    if (value instanceof List<?> list) {
      return !list.isEmpty();
    }
    return !(value instanceof Map<?, ?> map) || !map.isEmpty();
  }

  /** As Python's {@code str}. */
  static String text(@Nullable Object value) {
    if (value == null) {
      return "None";
    }
    if (value instanceof Boolean flag) {
      return flag ? "True" : "False";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Values::quoted).collect(Collectors.joining(", ", "[", "]"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> quoted(entry.getKey()) + ": " + quoted(entry.getValue()))
          .collect(Collectors.joining(", ", "{", "}"));
    }
    return value.toString();
  }

  private static String quoted(@Nullable Object value) {
    return value instanceof String text ? "'" + text + "'" : text(value);
  }

  static long whole(@Nullable Object value) {
    if (value instanceof Long number) {
      return number;
    }
    if (value instanceof Boolean flag) {
      return flag ? 1 : 0;
    }
    throw new TemplateFailure("arithmetic on what is no whole number");
  }

  /** The items of a list, the keys of a map, the characters of a text. */
  static List<@Nullable Object> items(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return new ArrayList<>(list);
    }
    if (value instanceof Map<?, ?> map) {
      return new ArrayList<>(map.keySet());
    }
    if (value instanceof String text) {
      return text.codePoints()
          .mapToObj(Character::toString)
          .collect(Collectors.toCollection(ArrayList::new));
    }
    if (value == UNDEFINED) {
      return List.of();
    }
    throw new TemplateFailure("a loop over what is no list");
  }

  static @Nullable Object part(@Nullable Object of, @Nullable Object key) {
    if (of instanceof Map<?, ?> map) {
      return map.containsKey(key) ? map.get(key) : UNDEFINED;
    }
    if (of == UNDEFINED) {
      throw new TemplateFailure("a part of what is not defined");
    }
    if (key instanceof Long index && (of instanceof List<?> || of instanceof String)) {
      List<@Nullable Object> items = items(of);
      long at = index < 0 ? index + items.size() : index;
      return at >= 0 && at < items.size() ? items.get((int) at) : UNDEFINED;
    }
    return UNDEFINED;
  }

  static Object slice(
      @Nullable Object of, @Nullable Object from, @Nullable Object to, @Nullable Object by) {
    List<@Nullable Object> items = items(of);
    long step = by == null ? 1 : whole(by);
    if (step == 0) {
      throw new TemplateFailure("a slice with the step 0");
    }
    int size = items.size();
    long start = bound(from, step > 0 ? 0 : size - 1, size, step);
    long end = to == null ? (step > 0 ? size : -1) : bound(to, 0, size, step);
    List<@Nullable Object> slice = new ArrayList<>();
    for (long at = start; step > 0 ? at < end : at > end; at += step) {
      slice.add(items.get((int) at));
    }
    return of instanceof String
        ? slice.stream().map(Values::text).collect(Collectors.joining())
        : slice;
  }

  private static long bound(@Nullable Object value, long byDefault, int size, long step) {
    if (value == null) {
      return byDefault;
    }
    long at = whole(value) < 0 ? whole(value) + size : whole(value);
    return step > 0 ? Math.max(0, Math.min(size, at)) : Math.max(-1, Math.min(size - 1, at));
  }

  static @Nullable Object binary(String sign, @Nullable Object left, @Nullable Object right) {
    return switch (sign) {
      case "==" -> Objects.equals(left, right);
      case "!=" -> !Objects.equals(left, right);
      case "in" -> in(left, right);
      case "not in" -> !in(left, right);
      case "~" -> text(left) + text(right);
      case "+" -> plus(left, right);
      case "-" -> whole(left) - whole(right);
      case "*" -> whole(left) * whole(right);
      case "%" -> Math.floorMod(whole(left), notZero(right));
      case "//" -> Math.floorDiv(whole(left), notZero(right));
      case "<" -> compare(left, right) < 0;
      case ">" -> compare(left, right) > 0;
      case "<=" -> compare(left, right) <= 0;
      case ">=" -> compare(left, right) >= 0;
      default -> throw new TemplateFailure("the sign " + sign);
    };
  }

  private static long notZero(@Nullable Object value) {
    if (whole(value) == 0) {
      throw new TemplateFailure("a division by 0");
    }
    return whole(value);
  }

  private static boolean in(@Nullable Object item, @Nullable Object container) {
    return container instanceof String text
        ? item instanceof String part && text.contains(part)
        : items(container).contains(item);
  }

  private static Object plus(@Nullable Object left, @Nullable Object right) {
    if (left instanceof String one && right instanceof String two) {
      return one + two;
    }
    if (left instanceof List<?> && right instanceof List<?>) {
      List<@Nullable Object> both = items(left);
      both.addAll(items(right));
      return both;
    }
    if (left instanceof String || right instanceof String) {
      throw new TemplateFailure("a text + what is none");
    }
    return whole(left) + whole(right);
  }

  private static int compare(@Nullable Object left, @Nullable Object right) {
    return left instanceof String one && right instanceof String two
        ? one.compareTo(two)
        : Long.compare(whole(left), whole(right));
  }
}
