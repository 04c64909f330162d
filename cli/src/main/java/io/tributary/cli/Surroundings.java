package io.tributary.cli;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command sees of the process it runs in.
 *
 * @param out for answers only
 * @param err for errors and messages to a person
 * @param environment variables of the process
 * @param folder that relative paths start from
 * @param terminal whether {@code out} is a terminal that a person looks at
 * @param columns width of that terminal
 */
public record Surroundings(
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Path folder,
    boolean terminal,
    int columns) {
  private static final int DEFAULT_COLUMNS = 100;

  public Surroundings {
    requireNonNull(out, "out");
    requireNonNull(err, "err");
    environment = Map.copyOf(environment);
    requireNonNull(folder, "folder");
  }

  /** The same with another place for answers, which is no terminal. */
  public Surroundings withOut(PrintStream other) {
    return new Surroundings(other, err, environment, folder, false, columns);
  }

  /** Those of this process; the launcher says whether there is a terminal and how wide it is. */
  public static Surroundings ofProcess() {
    Integer columns = Integer.getInteger("tributary.columns");
    return new Surroundings(
        new PrintStream(System.out, true, StandardCharsets.UTF_8),
        new PrintStream(System.err, true, StandardCharsets.UTF_8),
        System.getenv(),
        Path.of("").toAbsolutePath(),
        Boolean.getBoolean("tributary.terminal"),
        columns == null || columns < 40 ? DEFAULT_COLUMNS : columns);
  }

  /** Whether escape sequences are wanted: on a terminal, unless NO_COLOR is set. */
  public boolean colored() {
    return terminal
        && environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "").equals("dumb");
  }

  /** The path as seen from the folder of the process. */
  public Path resolve(Path path) {
    return folder.resolve(path).normalize();
  }
}
