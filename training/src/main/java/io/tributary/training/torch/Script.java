package io.tributary.training.torch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.federation.Digest;
import java.io.IOException;
import java.io.InputStream;

/**
 * What a family of models adds to the functions that all scopes have ({@code ops.py}, {@code
 * losses.py}): methods of the class {@code Ops} in TorchScript's stored form, each indented by two
 * blanks. Scripts are modules of their own, so that two families may use the same names.
 *
 * @param name of the file, for messages
 * @param text the methods
 * @param differentiated whether {@code segments.py} is added too, which calls the script's {@code
 *     embed}, {@code layer} and {@code head}
 */
public record Script(String name, String text, boolean differentiated) {
  /** No functions but the common ones. */
  public static final Script COMMON = new Script("ops.py", "", false);

  public Script {
    requireNonNull(name, "name");
    requireNonNull(text, "text");
  }

  /** A script with passes of its own, from a resource beside a class. */
  public static Script of(Class<?> beside, String resource) {
    return new Script(resource, read(beside, resource), false);
  }

  /**
   * A script whose gradients come from automatic differentiation, from resources beside a class.
   */
  public static Script differentiated(Class<?> beside, String... resources) {
    var text = new StringBuilder();
    for (String resource : resources) {
      text.append(read(beside, resource)).append('\n');
    }
    return new Script(String.join("+", resources), text.toString(), true);
  }

  static String read(Class<?> beside, String resource) {
    try (InputStream in = beside.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing beside " + beside.getName());
      }
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("reading " + resource + " of the class path", e);
    }
  }

  /** Names the script's functions, whatever the file is called. */
  Digest digest() {
    return Digest.ofUtf8(differentiated + "\n" + text);
  }
}
