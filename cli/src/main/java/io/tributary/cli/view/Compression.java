package io.tributary.cli.view;

import io.tributary.cli.output.Figures;
import java.util.List;
import java.util.Optional;

/**
 * What compression did, as nodes tell it.
 *
 * @param sentBytes of the updates
 * @param plainBytes that they would have had
 * @param error norm of what was taken away over the norm of what was to be sent; of several updates
 *     the mean
 */
public record Compression(long sentBytes, long plainBytes, double error) {
  /** That of several nodes together; empty where nothing was compressed. */
  public static Optional<Compression> of(List<NodeWork> cohort) {
    List<Compression> each = cohort.stream().flatMap(work -> work.compression().stream()).toList();
    return each.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Compression(
                each.stream().mapToLong(Compression::sentBytes).sum(),
                each.stream().mapToLong(Compression::plainBytes).sum(),
                each.stream().mapToDouble(Compression::error).average().orElseThrow()));
  }

  /** Share and error as a table shows them; dashes where nothing was compressed. */
  public static List<String> cells(Optional<Compression> figures) {
    return List.of(
        figures.map(known -> Figures.percent(known.share())).orElse("–"),
        figures.map(known -> Figures.fixed(known.error(), 4)).orElse("–"));
  }

  /** What was sent, of what would have been: 0 to 1, or more where a codec is larger. */
  public double share() {
    return plainBytes > 0 ? (double) sentBytes / plainBytes : Double.NaN;
  }
}
