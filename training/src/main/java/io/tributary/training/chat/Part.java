package io.tributary.training.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A part of a template, which writes a text. */
sealed interface Part {
  /** What a loop's body ends early with. */
  enum Flow {
    ON,
    NEXT,
    OUT
  }

  /** No dialogue needs more; a template without an end stops here. */
  int LONGEST = 16 << 20;

  Flow write(Scope scope, StringBuilder into);

  static Flow write(List<Part> parts, Scope scope, StringBuilder into) {
    for (Part part : parts) {
      Flow flow = part.write(scope, into);
      if (into.length() > LONGEST) {
        throw new TemplateFailure("a text without an end");
      }
      if (flow != Flow.ON) {
        return flow;
      }
    }
    return Flow.ON;
  }

  /** A text as it stands. */
  record Text(String text) implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      into.append(text);
      return Flow.ON;
    }
  }

  /** A value. */
  record Value(Expression value) implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      into.append(Values.text(value.value(scope)));
      return Flow.ON;
    }
  }

  /** The body of the first condition that holds; the last condition may be true. */
  record Condition(List<Expression> conditions, List<List<Part>> bodies) implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      for (int i = 0; i < bodies.size(); i++) {
        if (Values.truth(conditions.get(i).value(scope))) {
          return Part.write(bodies.get(i), scope, into);
        }
      }
      return Flow.ON;
    }
  }

  /** A body for each item of a list. */
  record Loop(
      List<String> names,
      Expression of,
      Optional<Expression> filter,
      List<Part> body,
      List<Part> otherwise)
      implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      List<@Nullable Object> items = new ArrayList<>();
      for (Object item : Values.items(of.value(scope))) {
        var inner = new Scope(scope);
        assign(inner, item);
        if (filter.isEmpty() || Values.truth(filter.get().value(inner))) {
          items.add(item);
        }
      }
      for (int i = 0; i < items.size(); i++) {
        var inner = new Scope(scope);
        assign(inner, items.get(i));
        inner.set("loop", facts(items, i));
        if (Part.write(body, inner, into) == Flow.OUT) {
          break;
        }
      }
      return items.isEmpty() ? Part.write(otherwise, scope, into) : Flow.ON;
    }

    private void assign(Scope scope, @Nullable Object item) {
      if (names.size() == 1) {
        scope.set(names.get(0), item);
        return;
      }
      List<@Nullable Object> several = Values.items(item);
      if (several.size() != names.size()) {
        throw new TemplateFailure("a loop over items of another size");
      }
      for (int i = 0; i < several.size(); i++) {
        scope.set(names.get(i), several.get(i));
      }
    }

    private static Map<String, @Nullable Object> facts(List<@Nullable Object> items, int at) {
      Map<String, @Nullable Object> loop = new LinkedHashMap<>();
      loop.put("index", at + 1L);
      loop.put("index0", (long) at);
      loop.put("first", at == 0);
      loop.put("last", at == items.size() - 1);
      loop.put("length", (long) items.size());
      loop.put("revindex", (long) items.size() - at);
      loop.put("revindex0", items.size() - at - 1L);
      loop.put("previtem", at == 0 ? Values.UNDEFINED : items.get(at - 1));
      loop.put("nextitem", at == items.size() - 1 ? Values.UNDEFINED : items.get(at + 1));
      return loop;
    }
  }

  /** A variable, or a part of a namespace, gets a value. */
  record Assignment(String name, Optional<String> key, Expression value) implements Part {
    @Override
    @SuppressWarnings("unchecked") // maps of templates are made here, with texts as keys
    public Flow write(Scope scope, StringBuilder into) {
      Object result = value.value(scope);
      if (key.isEmpty()) {
        scope.set(name, result);
      } else if (scope.get(name) instanceof Map<?, ?> map) {
        ((Map<String, @Nullable Object>) map).put(key.get(), result);
      } else {
        throw new TemplateFailure("a part of " + name + ", which is no namespace");
      }
      return Flow.ON;
    }
  }

  /** A variable gets what a body writes. */
  record Capture(String name, List<Part> body) implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      var text = new StringBuilder();
      Flow flow = Part.write(body, new Scope(scope), text);
      scope.set(name, text.toString());
      return flow;
    }
  }

  /** {@code continue} or {@code break}. */
  record Jump(Flow flow) implements Part {
    @Override
    public Flow write(Scope scope, StringBuilder into) {
      return flow;
    }
  }
}
