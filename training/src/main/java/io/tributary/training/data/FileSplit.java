package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/**
 * Writes the rows of a file into files of the same format, byte for byte as they were except for
 * line ends: by a seeded draw that keeps the shares of the labels, or as the caller assigns them.
 * Existing files are never overwritten, and a failure leaves none behind.
 */
public final class FileSplit {
  private static final String PURPOSE = "data-split";

  private FileSplit() {}

  /** A file that was written, and its number of rows. */
  public record Written(String name, Path file, long rows) {}

  /**
   * Splits by percentage, stratified by the values of the label column, or the first of several; no
   * plan's label set is needed.
   */
  public static List<Written> stratified(
      SourceSpec source, List<SplitPart> parts, long seed, Path folder) {
    Map<String, Integer> positions = new HashMap<>();
    int[] labels = labels(source, positions);
    int[] assigned =
        StratifiedSplit.assign(
            labels,
            positions.size(),
            parts.stream().map(SplitPart::share).toList(),
            new RandomStreams(seed).stream(0, RandomStreams.COORDINATOR, PURPOSE));
    return write(source, parts.stream().map(SplitPart::name).toList(), i -> assigned[i], folder);
  }

  /**
   * Writes each row to the part that it is assigned to.
   *
   * @param names of the parts, also the names of their files without the ending
   * @param assigned the part of each row, rows counted from 0; below 0: none
   */
  public static List<Written> write(
      SourceSpec source, List<String> names, IntUnaryOperator assigned, Path folder) {
    if (source.format() == SourceFormat.PARQUET) {
      throw DataRefusal.of(
          source.path(),
          "",
          "parquet",
          "csv, tsv, jsonl or conll, whose rows can be copied",
          "Split it where it was written, or keep a share with validation: 10%.");
    }
    List<Path> files =
        names.stream().map(n -> folder.resolve(n + "." + source.format().token())).toList();
    refuseExisting(files);
    List<Path> temporary =
        files.stream().map(file -> file.resolveSibling(DataRefusal.name(file) + ".part")).toList();
    try {
      Files.createDirectories(folder);
      long[] rows = copy(source, temporary, assigned);
      List<Written> written = new ArrayList<>();
      for (int i = 0; i < files.size(); i++) {
        Files.move(temporary.get(i), files.get(i), StandardCopyOption.ATOMIC_MOVE);
        written.add(new Written(names.get(i), files.get(i), rows[i]));
      }
      return written;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.FULL,
          folder + ": can't be written (expected: a writable folder with room). Free some space.",
          e);
    } finally {
      temporary.forEach(FileSplit::delete);
    }
  }

  private static int[] labels(SourceSpec source, Map<String, Integer> positions) {
    List<Integer> labels = new ArrayList<>();
    var targets =
        new TargetReader(
            source, List.of(), new Cleaning(new CleaningSpec(true, false, false, false)));
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        String label = targets.names(row.get()).stream().findFirst().orElse("");
        Integer position = positions.computeIfAbsent(label, l -> positions.size());
        labels.add(position);
      }
    } catch (IOException e) {
      throw ExampleReader.unreadable(source.path(), e);
    }
    if (labels.isEmpty()) {
      throw DataRefusal.of(source.path(), "", "no rows", "one or more", "Name the right file.");
    }
    return labels.stream().mapToInt(Integer::intValue).toArray();
  }

  private static long[] copy(SourceSpec source, List<Path> files, IntUnaryOperator assigned)
      throws IOException {
    long[] rows = new long[files.size()];
    List<Writer> writers = new ArrayList<>();
    try (RowReader reader = RowReader.open(source)) {
      for (Path file : files) {
        writers.add(Files.newBufferedWriter(file, StandardCharsets.UTF_8));
      }
      for (Writer writer : writers) {
        writer.write(reader.header().map(header -> header + "\n").orElse(""));
      }
      int index = 0;
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        int part = assigned.applyAsInt(index++);
        if (part >= 0) {
          writers.get(part).write(row.get().record() + "\n");
          rows[part]++;
        }
      }
    } finally {
      for (Writer writer : writers) {
        writer.close();
      }
    }
    return rows;
  }

  private static void refuseExisting(List<Path> files) {
    for (Path file : files) {
      if (Files.exists(file)) {
        throw FederationException.of(
            ErrorKind.ALREADY_EXISTS,
            "part of the split",
            file,
            "a file that does not exist yet",
            "Remove it or choose another folder.");
      }
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
