package io.tributary.cli.bench;

import io.tributary.cli.output.Console;
import java.nio.file.Path;
import java.util.List;

/** A bench that has a section in {@code docs/reference/performance.md}. */
public interface PerformanceBench {
  /** The word after {@code tributary bench}. */
  String name();

  /** Heading of its section. */
  String heading();

  /** Paragraphs of Markdown above its figures: what was measured and how, in plain sentences. */
  List<String> explanation();

  /**
   * Measures with its usual settings.
   *
   * @param folder new or empty, for all its files; removed afterwards when all went well
   * @param console for notes while it goes on; the figures are printed by the caller
   */
  List<Measured> measure(Path folder, Console console);
}
