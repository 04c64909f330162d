package io.tributary.training.parity;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares golden folders with what this module computes, on one thread, and prints the result as a
 * Markdown table.
 */
public final class ParityReport {
  /** The golden folders this module can be held against. */
  public static final List<String> CASES =
      List.of(
          "bert-seqcls",
          "bert-bf16",
          "bert-f16",
          "bert-sharded",
          "bert-tokencls",
          "roberta-seqcls",
          "distilbert-seqcls",
          "gpt2-lm",
          "gpt2-seqcls",
          "tabular-mlp",
          "losses",
          "optimizers",
          "schedules",
          "metrics",
          "tokenizer");

  private ParityReport() {}

  /** Prints the table of every known folder under the one named first. */
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

  /** Prints the table of every known folder that is there. */
  public static void print(Path goldenSet, PrintStream out) {
    out.println("| golden folder | quantity | largest error | rule | kept |");
    out.println("|---|---|---|---|---|");
    all(goldenSet).forEach(row -> out.println(row.markdown()));
  }

  /** The rows of every known folder that is there. */
  public static List<ParityRow> all(Path goldenSet) {
    List<ParityRow> rows = new ArrayList<>();
    for (String name : CASES) {
      if (Files.isDirectory(goldenSet.resolve(name))) {
        rows.addAll(rows(goldenSet.resolve(name)));
      }
    }
    return rows;
  }

  /** The rows of one golden folder. */
  public static List<ParityRow> rows(Path folder) {
    var golden = new GoldenFolder(folder);
    return switch (golden.name()) {
      case "losses" -> LossParity.rows(golden);
      case "optimizers" -> PartParity.optimizers(golden);
      case "schedules" -> PartParity.schedules(golden);
      case "metrics" -> PartParity.metrics(golden);
      case "tokenizer" -> PartParity.tokenizer(golden);
      default -> ModelParity.rows(golden);
    };
  }
}
