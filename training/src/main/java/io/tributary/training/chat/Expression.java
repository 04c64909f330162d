package io.tributary.training.chat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An expression of a template. Values are those of {@link Values}: texts, whole numbers, truth
 * values, lists, maps, null for none, and {@link Values#UNDEFINED}.
 */
sealed interface Expression {
  @Nullable Object value(Scope scope);

  /** A value that stands there. */
  record Constant(@Nullable Object constant) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      return constant;
    }
  }

  /** A variable. */
  record Name(String name) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      return scope.get(name);
    }
  }

  /** A list. */
  record Items(List<Expression> items) implements Expression {
    @Override
    public Object value(Scope scope) {
      List<@Nullable Object> values = new ArrayList<>();
      items.forEach(item -> values.add(item.value(scope)));
      return values;
    }
  }

  /** A map. */
  record Entries(List<Expression> keys, List<Expression> values) implements Expression {
    @Override
    public Object value(Scope scope) {
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (int i = 0; i < keys.size(); i++) {
        map.put(Values.text(keys.get(i).value(scope)), values.get(i).value(scope));
      }
      return map;
    }
  }

  /** {@code of.name} or {@code of[key]}. */
  record Part(Expression of, Expression key) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      return Values.part(of.value(scope), key.value(scope));
    }
  }

  /** {@code of[from:to:step]}; parts that are left out are none. */
  record Slice(Expression of, Expression from, Expression to, Expression step)
      implements Expression {
    @Override
    public Object value(Scope scope) {
      return Values.slice(of.value(scope), from.value(scope), to.value(scope), step.value(scope));
    }
  }

  /** A call of a function or of a method of a value. */
  record Call(Expression function, List<Expression> arguments, Map<String, Expression> named)
      implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      List<@Nullable Object> values = new ArrayList<>();
      arguments.forEach(argument -> values.add(argument.value(scope)));
      if (function instanceof Part part && part.key instanceof Constant name) {
        Object of = part.of.value(scope);
        return Methods.call(of, Values.text(name.constant), values);
      }
      if (function instanceof Name name) {
        Map<String, @Nullable Object> more = new LinkedHashMap<>();
        named.forEach((key, value) -> more.put(key, value.value(scope)));
        return Methods.global(name.name, scope, values, more);
      }
      throw new TemplateFailure("a call of what is no name");
    }
  }

  /** {@code of | name(arguments)}. */
  record Filter(
      Expression of, String name, List<Expression> arguments, Map<String, Expression> named)
      implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      List<@Nullable Object> values = new ArrayList<>();
      arguments.forEach(argument -> values.add(argument.value(scope)));
      named.forEach((key, value) -> values.add(value.value(scope)));
      return Filters.apply(name, of.value(scope), values, named.containsKey("attribute"));
    }
  }

  /** {@code of is name(arguments)}. */
  record Test(Expression of, String name, List<Expression> arguments) implements Expression {
    @Override
    public Object value(Scope scope) {
      List<@Nullable Object> values = new ArrayList<>();
      arguments.forEach(argument -> values.add(argument.value(scope)));
      return Filters.test(name, of.value(scope), values);
    }
  }

  /** {@code not of}. */
  record Not(Expression of) implements Expression {
    @Override
    public Object value(Scope scope) {
      return !Values.truth(of.value(scope));
    }
  }

  /** {@code -of}. */
  record Minus(Expression of) implements Expression {
    @Override
    public Object value(Scope scope) {
      return -Values.whole(of.value(scope));
    }
  }

  /** {@code left and right}, {@code left or right}: the value that decides, as in Python. */
  record Either(boolean and, Expression left, Expression right) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      Object value = left.value(scope);
      return Values.truth(value) == and ? right.value(scope) : value;
    }
  }

  /** {@code then if condition else otherwise}. */
  record Choice(Expression condition, Expression then, Expression otherwise) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      return Values.truth(condition.value(scope)) ? then.value(scope) : otherwise.value(scope);
    }
  }

  /** Two values and a sign between them. */
  record Binary(String sign, Expression left, Expression right) implements Expression {
    @Override
    public @Nullable Object value(Scope scope) {
      return Values.binary(sign, left.value(scope), right.value(scope));
    }
  }
}
