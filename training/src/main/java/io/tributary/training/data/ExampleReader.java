package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.data.RowExamples.RowExampleReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/** Turns a source into labelled examples of a plan's label set. */
final class ExampleReader {
  private static final int COMPRESSED = 6;

  private final SourceSpec source;
  private final List<String> labels;
  private final Cleaning cleaning;

  ExampleReader(SourceSpec source, List<String> labels, Cleaning cleaning) {
    this.source = source;
    this.labels = labels;
    this.cleaning = cleaning;
  }

  /**
   * Reads all examples.
   *
   * @param mostHeld bytes of a file up to which its examples are held in memory; those of a larger
   *     one are read again when they are asked for
   */
  ExamplePart readAll(long mostHeld) {
    try {
      if (!source.format().hasColumns()) {
        return pictures();
      }
      return Files.exists(source.path()) && size() > mostHeld
          ? new ExamplePart(rowsInFile())
          : new ExamplePart(rowsInMemory());
    } catch (IOException e) {
      throw unreadable(source.path(), e);
    }
  }

  /** About as many bytes as the file had as text. */
  private long size() throws IOException {
    long bytes = Files.size(source.path());
    return source.format() == SourceFormat.PARQUET ? COMPRESSED * bytes : bytes;
  }

  /**
   * Reads all examples into memory, each with the number of its row.
   *
   * @param column whose values are read too
   */
  SourceRows readNumbered(Optional<String> column) {
    try {
      if (!source.format().hasColumns()) {
        ExamplePart all = pictures();
        if (column.isPresent()) {
          throw refuseColumn(column.get());
        }
        return new SourceRows(all, IntStream.range(0, all.size()).toArray(), List.of());
      }
      return numberedRows(column);
    } catch (IOException e) {
      throw unreadable(source.path(), e);
    }
  }

  private SourceRows numberedRows(Optional<String> column) throws IOException {
    List<Example> examples = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    List<String> values = new ArrayList<>();
    RowExampleReader rows = rows(cleaning);
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        Optional<Example> example = rows.example(row.get()).filter(one -> !cleaning.drops(one));
        if (example.isPresent()) {
          examples.add(example.get());
          numbers.add(Math.toIntExact(row.get().number() - 1));
          if (column.isPresent()) {
            values.add(row.get().find(column.get()).orElseThrow(() -> refuseColumn(column.get())));
          }
        }
      }
    }
    int[] positions = numbers.stream().mapToInt(Integer::intValue).toArray();
    return new SourceRows(new ExamplePart(List.copyOf(examples)), positions, values);
  }

  private FederationException refuseColumn(String column) {
    return DataRefusal.of(
        source.path(),
        "",
        "no column " + DataRefusal.quoted(column),
        "a column that every row has",
        "Name one of the file's columns.");
  }

  private ExamplePart pictures() throws IOException {
    List<Example> examples = new ArrayList<>();
    Consumer<Example> into =
        example -> {
          if (!cleaning.drops(example)) {
            examples.add(example);
          }
        };
    if (source.format() == SourceFormat.IDX) {
      IdxPictures.read(source, labels, into);
    } else {
      ImageFolder.read(source, labels, into);
    }
    return new ExamplePart(List.copyOf(examples));
  }

  private List<Example> rowsInMemory() throws IOException {
    List<Example> examples = new ArrayList<>();
    RowExampleReader rows = rows(cleaning);
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        rows.example(row.get()).filter(one -> !cleaning.drops(one)).ifPresent(examples::add);
      }
    }
    return List.copyOf(examples);
  }

  private List<Example> rowsInFile() throws IOException {
    RowReader reader = RowReader.open(source);
    // What is read again is cleaned again, but counted once.
    var examples = new RowExamples(source, reader, rows(cleaning.uncounted()));
    RowExampleReader rows = rows(cleaning);
    RowPlace place = reader.place();
    for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
      if (rows.example(row.get()).filter(one -> !cleaning.drops(one)).isPresent()) {
        examples.add(place);
      }
      place = reader.place();
    }
    return examples;
  }

  private RowExampleReader rows(Cleaning steps) {
    var inputs = new InputReader(source, steps);
    var targets = new TargetReader(source, labels, steps);
    return row ->
        inputs
            .input(row)
            .map(
                input -> {
                  Target target = targets.target(row);
                  requireEqualLengths(row, input, target);
                  return OtherExample.of(input, target);
                });
  }

  private void requireEqualLengths(Row row, Input input, Target target) {
    if (input instanceof Input.Words words
        && target instanceof Target.Tags tags
        && words.words().size() != tags.positions().size()) {
      throw DataRefusal.of(
          source.path(),
          row.where(),
          words.words().size() + " words and " + tags.positions().size() + " tags",
          "a tag for each word",
          "Mend the row.");
    }
  }

  static FederationException unreadable(Path file, IOException cause) {
    return new FederationException(
        ErrorKind.INVALID_DATA,
        DataRefusal.name(file)
            + ": can't be read (expected: a readable file). Check its permissions and its disk.",
        cause);
  }
}
