package io.tributary.training.chat;

import io.tributary.training.chat.Lexeme.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads expressions, by the precedence of Jinja. */
final class ExpressionParser {
  private static final Lexeme END = new Lexeme(Kind.END, "");
  private static final Expression NONE = new Expression.Constant(null);
  private static final int DEEPEST = 200;

  private final List<Lexeme> words;
  private int at;
  private int depth;

  ExpressionParser(List<Lexeme> words) {
    this.words = words;
  }

  private Lexeme next() {
    return at < words.size() ? words.get(at) : END;
  }

  boolean ended() {
    return at >= words.size();
  }

  /** Takes a sign or a word, if it is next. */
  boolean takes(String sign) {
    boolean next = next().is(sign);
    at += next ? 1 : 0;
    return next;
  }

  void expect(String sign) {
    if (!takes(sign)) {
      throw unexpected();
    }
  }

  String name() {
    if (next().kind() != Kind.NAME) {
      throw unexpected();
    }
    return words.get(at++).text();
  }

  void end() {
    if (!ended()) {
      throw unexpected();
    }
  }

  private TemplateFailure unexpected() {
    return new TemplateFailure(
        ended() ? "a tag that ends early" : "\"" + next().text() + "\" where it can't stand");
  }

  /** An expression, with {@code … if … else …}. */
  Expression expression() {
    if (++depth > DEEPEST) {
      throw new TemplateFailure("expressions that are nested too deep");
    }
    Expression value = or();
    while (takes("if")) {
      Expression condition = or();
      Expression otherwise =
          takes("else") ? expression() : new Expression.Constant(Values.UNDEFINED);
      value = new Expression.Choice(condition, value, otherwise);
    }
    depth--;
    return value;
  }

  /** An expression without a condition, as loops have it before their filter. */
  Expression or() {
    Expression value = and();
    while (takes("or")) {
      value = new Expression.Either(false, value, and());
    }
    return value;
  }

  private Expression and() {
    Expression value = not();
    while (takes("and")) {
      value = new Expression.Either(true, value, not());
    }
    return value;
  }

  private Expression not() {
    int count = 0;
    while (takes("not")) {
      count++;
    }
    Expression value = compared();
    if (count == 0) {
      return value;
    }
    Expression not = new Expression.Not(value);
    return count % 2 == 0 ? new Expression.Not(not) : not;
  }

  private Expression compared() {
    Expression value = sum();
    while (true) {
      String sign = comparison();
      if (sign.isEmpty()) {
        return value;
      }
      value = new Expression.Binary(sign, value, sum());
    }
  }

  private String comparison() {
    for (String sign : List.of("==", "!=", "<=", ">=", "<", ">", "in")) {
      if (takes(sign)) {
        return sign;
      }
    }
    if (next().is("not") && at + 1 < words.size() && words.get(at + 1).is("in")) {
      at += 2;
      return "not in";
    }
    return "";
  }

  private Expression sum() {
    Expression value = joined();
    while (next().is("+") || next().is("-")) {
      String sign = words.get(at++).text();
      value = new Expression.Binary(sign, value, joined());
    }
    return value;
  }

  private Expression joined() {
    Expression value = product();
    while (takes("~")) {
      value = new Expression.Binary("~", value, product());
    }
    return value;
  }

  private Expression product() {
    Expression value = unary();
    while (next().is("*") || next().is("/") || next().is("//") || next().is("%")) {
      String sign = words.get(at++).text();
      value = new Expression.Binary(sign, value, unary());
    }
    return value;
  }

  private Expression unary() {
    Expression value = takes("-") ? new Expression.Minus(postfix(primary())) : postfix(primary());
    return filtered(value);
  }

  private Expression primary() {
    Lexeme word = next();
    at++;
    switch (word.kind()) {
      case TEXT -> {
        return text(word.text());
      }
      case NUMBER -> {
        return number(word.text());
      }
      case NAME -> {
        return named(word.text());
      }
      default -> {
        return bracketed(word);
      }
    }
  }

  /** Texts that follow each other are one. */
  private Expression text(String first) {
    var text = new StringBuilder(first);
    while (next().kind() == Kind.TEXT) {
      text.append(words.get(at++).text());
    }
    return new Expression.Constant(text.toString());
  }

  private static Expression number(String digits) {
    if (!digits.matches("[0-9]{1,18}")) {
      throw new TemplateFailure("the number " + digits);
    }
    return new Expression.Constant(Long.parseLong(digits));
  }

  private static Expression named(String name) {
    return switch (name) {
      case "true", "True" -> new Expression.Constant(true);
      case "false", "False" -> new Expression.Constant(false);
      case "none", "None" -> NONE;
      default -> new Expression.Name(name);
    };
  }

  private Expression bracketed(Lexeme word) {
    if (word.is("(")) {
      Expression value = expression();
      if (next().is(",")) {
        List<Expression> items = new ArrayList<>(List.of(value));
        while (takes(",") && !next().is(")")) {
          items.add(expression());
        }
        value = new Expression.Items(items);
      }
      expect(")");
      return value;
    }
    if (word.is("[")) {
      return new Expression.Items(list("]"));
    }
    if (word.is("{")) {
      return entries();
    }
    at--;
    throw unexpected();
  }

  private List<Expression> list(String close) {
    List<Expression> items = new ArrayList<>();
    while (!takes(close)) {
      items.add(expression());
      if (!next().is(close)) {
        expect(",");
      }
    }
    return items;
  }

  private Expression entries() {
    List<Expression> keys = new ArrayList<>();
    List<Expression> values = new ArrayList<>();
    while (!takes("}")) {
      keys.add(expression());
      expect(":");
      values.add(expression());
      if (!next().is("}")) {
        expect(",");
      }
    }
    return new Expression.Entries(keys, values);
  }

  private Expression postfix(Expression start) {
    Expression value = start;
    while (true) {
      if (takes(".")) {
        Lexeme key = next();
        at++;
        value =
            new Expression.Part(
                value,
                key.kind() == Kind.NUMBER
                    ? number(key.text())
                    : new Expression.Constant(key.text()));
      } else if (takes("[")) {
        value = subscript(value);
      } else if (takes("(")) {
        Map<String, Expression> named = new LinkedHashMap<>();
        value = new Expression.Call(value, arguments(named), named);
      } else {
        return value;
      }
    }
  }

  private Expression subscript(Expression of) {
    Expression first = next().is(":") ? NONE : expression();
    if (takes("]")) {
      return new Expression.Part(of, first);
    }
    expect(":");
    Expression to = next().is("]") || next().is(":") ? NONE : expression();
    Expression step = takes(":") && !next().is("]") ? expression() : NONE;
    expect("]");
    return new Expression.Slice(of, first, to, step);
  }

  private List<Expression> arguments(Map<String, Expression> named) {
    List<Expression> values = new ArrayList<>();
    while (!takes(")")) {
      boolean byName =
          next().kind() == Kind.NAME && at + 1 < words.size() && words.get(at + 1).is("=");
      if (byName) {
        String name = name();
        expect("=");
        named.put(name, expression());
      } else {
        values.add(expression());
      }
      if (!next().is(")")) {
        expect(",");
      }
    }
    return values;
  }

  private Expression filtered(Expression start) {
    Expression value = start;
    while (true) {
      if (takes("|")) {
        String name = name();
        Map<String, Expression> named = new LinkedHashMap<>();
        List<Expression> values = takes("(") ? arguments(named) : List.of();
        value = postfix(new Expression.Filter(value, name, values, named));
      } else if (takes("is")) {
        value = test(value);
      } else {
        return value;
      }
    }
  }

  private Expression test(Expression of) {
    boolean not = takes("not");
    String name = name();
    List<Expression> values = new ArrayList<>();
    if (takes("(")) {
      values.addAll(arguments(new LinkedHashMap<>()));
    } else if (next().kind() == Kind.TEXT || next().kind() == Kind.NUMBER) {
      values.add(primary());
    }
    Expression test = new Expression.Test(of, name, values);
    return not ? new Expression.Not(test) : test;
  }
}
