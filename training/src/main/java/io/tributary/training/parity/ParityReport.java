package io.tributary.training.parity;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Compares golden folders with what this module computes, on one thread, and prints the result as a
 * Markdown table.
 */
public final class ParityReport {
  private static final String CASE = "case.json";

  private ParityReport() {}

  /** Prints the table of the golden set in the folder named first. */
  public static void main(String[] arguments) {
    if (arguments.length != 1) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "arguments",
          arguments.length,
          "the golden set's folder",
          "Name it.");
    }
    print(Path.of(arguments[0]), System.out);
  }

  /** Prints the table of every folder that has a case. */
  public static void print(Path goldenSet, PrintStream out) {
    out.println("| golden folder | quantity | largest error | rule | kept |");
    out.println("|---|---|---|---|---|");
    all(goldenSet).forEach(row -> out.println(row.markdown()));
  }

  /** The rows of every folder that has a case. */
  public static List<ParityRow> all(Path goldenSet) {
    return cases(goldenSet).stream().flatMap(folder -> rows(folder).stream()).toList();
  }

  /** The folders of a golden set that have a case, in the order of their names. */
  public static List<Path> cases(Path goldenSet) {
    try (Stream<Path> folders = Files.list(goldenSet)) {
      return folders.filter(folder -> Files.exists(folder.resolve(CASE))).sorted().toList();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          goldenSet + ": not readable (expected: the golden set's folder). Check the path.",
          e);
    }
  }

  /** The rows of one golden folder. */
  public static List<ParityRow> rows(Path folder) {
    var golden = new GoldenFolder(folder);
    return switch (golden.name()) {
      case "losses" -> LossParity.rows(golden);
      case "optimizers" -> PartParity.optimizers(golden);
      case "schedules" -> PartParity.schedules(golden);
      case "metrics" -> MetricParity.rows(golden);
      case "tokenizer" -> PartParity.tokenizer(golden);
      default -> ModelParity.rows(golden);
    };
  }
}
