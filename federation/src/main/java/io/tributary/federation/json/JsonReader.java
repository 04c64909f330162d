package io.tributary.federation.json;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads JSON strictly (RFC 8259): no comments, no trailing commas, no repeated keys, broken UTF-8
 * refused, nesting at most {@value #MAX_DEPTH}. Made for bytes from outside: whatever they are, it
 * answers with a value or with a {@link FederationException} of kind CORRUPT.
 */
public final class JsonReader {
  static final int MAX_DEPTH = 64;
  private static final Pattern NUMBER =
      Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]{1,3})?");
  private static final int MAX_NUMBER_LENGTH = 64;
  private static final int MAX_EXPONENT = 400;

  private final String text;
  private int position;

  private JsonReader(String text) {
    this.text = text;
  }

  /** Reads one value that spans the whole text. */
  public static JsonValue read(String text) {
    var reader = new JsonReader(text);
    JsonValue value = reader.value(0);
    reader.skipSpace();
    if (reader.position != text.length()) {
      throw reader.fail("one value and nothing after it");
    }
    return value;
  }

  /** Reads one value from UTF-8 bytes. */
  public static JsonValue read(byte[] utf8) {
    try {
      return read(
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(utf8))
              .toString());
    } catch (CharacterCodingException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, "JSON: broken UTF-8 (expected: UTF-8). Save it as UTF-8.", e);
    }
  }

  private JsonValue value(int depth) {
    if (depth > MAX_DEPTH) {
      throw fail("at most " + MAX_DEPTH + " levels");
    }
    skipSpace();
    return switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> JsonValue.of(string());
      case 't' -> word("true", JsonValue.of(true));
      case 'f' -> word("false", JsonValue.of(false));
      case 'n' -> word("null", new JsonValue.JsonNull());
      default -> number();
    };
  }

  private JsonValue object(int depth) {
    SortedMap<String, JsonValue> fields = new TreeMap<>();
    position++;
    if (closes('}')) {
      return JsonValue.object(fields);
    }
    do {
      skipSpace();
      String key = string();
      expect(':');
      if (fields.putIfAbsent(key, value(depth + 1)) != null) {
        throw fail("each key once, \"" + key + "\" stands twice");
      }
    } while (continues('}'));
    return JsonValue.object(fields);
  }

  private JsonValue array(int depth) {
    List<JsonValue> items = new ArrayList<>();
    position++;
    if (closes(']')) {
      return JsonValue.array(items);
    }
    do {
      items.add(value(depth + 1));
    } while (continues(']'));
    return JsonValue.array(items);
  }

  private boolean closes(char end) {
    skipSpace();
    if (peek() == end) {
      position++;
      return true;
    }
    return false;
  }

  private boolean continues(char end) {
    skipSpace();
    char c = peek();
    position++;
    if (c == ',') {
      return true;
    }
    if (c != end) {
      position--;
      throw fail("',' or '" + end + "'");
    }
    return false;
  }

  private String string() {
    if (peek() != '"') {
      throw fail("a string");
    }
    position++;
    var out = new StringBuilder();
    while (true) {
      char c = peek();
      position++;
      if (c == '"') {
        return out.toString();
      }
      if (c < 0x20) {
        throw fail("no raw control character in a string");
      }
      out.append(c == '\\' ? escape() : c);
    }
  }

  private char escape() {
    char c = peek();
    position++;
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'u' -> unicode();
      default -> throw fail("a known escape");
    };
  }

  private char unicode() {
    int code = 0;
    for (int i = 0; i < 4; i++) {
      char c = peek();
      int digit = c < 128 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw fail("four hexadecimal digits after \\u");
      }
      code = code * 16 + digit;
      position++;
    }
    return (char) code;
  }

  private JsonValue word(String word, JsonValue value) {
    if (!text.startsWith(word, position)) {
      throw fail("true, false, null, a number, a string, a list or an object");
    }
    position += word.length();
    return value;
  }

  /** The grammar is checked first: BigDecimal takes forms that JSON does not. */
  private JsonValue number() {
    int start = position;
    while (position < text.length() && "+-.eE0123456789".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
    String token = text.substring(start, position);
    if (token.length() > MAX_NUMBER_LENGTH || !NUMBER.matcher(token).matches()) {
      position = start;
      throw fail("true, false, null, a number, a string, a list or an object");
    }
    var number = new BigDecimal(token);
    if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
      position = start;
      throw fail("a number of at most " + MAX_EXPONENT + " places");
    }
    return new JsonValue.JsonNumber(number);
  }

  private void expect(char wanted) {
    skipSpace();
    if (peek() != wanted) {
      throw fail("'" + wanted + "'");
    }
    position++;
  }

  private char peek() {
    if (position >= text.length()) {
      throw fail("more text");
    }
    return text.charAt(position);
  }

  private void skipSpace() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private FederationException fail(String rule) {
    String found =
        position < text.length() ? "'" + printable(text.charAt(position)) + "'" : "end of text";
    return FederationException.of(
        ErrorKind.CORRUPT, "JSON at character " + position, found, rule, "Mend the text there.");
  }

  private static String printable(char c) {
    return c < 0x20 || c > 0x7e ? String.format("\\u%04x", (int) c) : String.valueOf(c);
  }
}
