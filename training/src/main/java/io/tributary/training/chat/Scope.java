package io.tributary.training.chat;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The variables that a part of a template sees; what it sets is forgotten behind it. */
final class Scope {
  private final @Nullable Scope outer;
  private final Map<String, @Nullable Object> own = new HashMap<>();

  Scope(@Nullable Scope outer) {
    this.outer = outer;
  }

  @Nullable Object get(String name) {
    if (own.containsKey(name)) {
      return own.get(name);
    }
    return outer == null ? Values.UNDEFINED : outer.get(name);
  }

  void set(String name, @Nullable Object value) {
    own.put(name, value);
  }
}
