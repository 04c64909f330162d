package io.tributary.cli.output;

import io.tributary.cli.Surroundings;
import io.tributary.federation.json.JsonValue;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Where one command writes: answers to standard output, either for a person or as JSON; messages to
 * standard error. Safe for use by several threads, a line at a time.
 */
public final class Console {
  private final Surroundings surroundings;
  private final boolean json;

  public Console(Surroundings surroundings, boolean json) {
    this.surroundings = surroundings;
    this.json = json;
  }

  /** One whose messages go where those of this one go, and whose answers go nowhere. */
  public Console withoutAnswers() {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    return new Console(surroundings.withOut(nowhere), false);
  }

  /** Whether the answer is wanted as JSON. */
  public boolean json() {
    return json;
  }

  /** Whether a person looks at a terminal and no JSON is wanted, so that lines may be redrawn. */
  public boolean live() {
    return surroundings.terminal() && !json;
  }

  public int columns() {
    return surroundings.columns();
  }

  public Style style() {
    return Style.of(surroundings.colored() && !json);
  }

  /** A line for a person; nothing when JSON is wanted. */
  public void line(String line) {
    if (!json) {
      write(line);
    }
  }

  public void lines(List<String> lines) {
    lines.forEach(this::line);
  }

  /** The answer as JSON on one line; nothing when it is wanted for a person. */
  public void json(JsonValue value) {
    if (json) {
      write(value.canonical());
    }
  }

  /** Escape sequences and text as they are, without an end of line. */
  public void raw(String text) {
    synchronized (surroundings) {
      surroundings.out().print(text);
      surroundings.out().flush();
    }
  }

  /** A message beside the answer, on standard error. */
  public void note(String line) {
    synchronized (surroundings) {
      surroundings.err().println(line);
    }
  }

  private void write(String line) {
    synchronized (surroundings) {
      surroundings.out().println(line);
    }
  }
}
