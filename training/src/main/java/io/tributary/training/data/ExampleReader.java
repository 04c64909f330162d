package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Turns a source into labelled examples of a plan's label set. */
final class ExampleReader {
  private final SourceSpec source;
  private final List<String> labels;
  private final Cleaning cleaning;

  ExampleReader(SourceSpec source, List<String> labels, Cleaning cleaning) {
    this.source = source;
    this.labels = labels;
    this.cleaning = cleaning;
  }

  ExamplePart readAll() {
    List<Example> examples = new ArrayList<>();
    try {
      read(
          example -> {
            if (!cleaning.drops(example)) {
              examples.add(example);
            }
          });
    } catch (IOException e) {
      throw unreadable(source.path(), e);
    }
    return new ExamplePart(List.copyOf(examples));
  }

  private void read(Consumer<Example> into) throws IOException {
    switch (source.format()) {
      case IMAGE_FOLDER -> ImageFolder.read(source, labels, into);
      case IDX -> IdxPictures.read(source, labels, into);
      default -> rows(into);
    }
  }

  private void rows(Consumer<Example> into) throws IOException {
    var inputs = new InputReader(source, cleaning);
    var targets = new TargetReader(source, labels, cleaning);
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> next = reader.next(); next.isPresent(); next = reader.next()) {
        Row row = next.get();
        Optional<Input> input = inputs.input(row);
        if (input.isPresent()) {
          Target target = targets.target(row);
          requireEqualLengths(row, input.get(), target);
          into.accept(OtherExample.of(input.get(), target));
        }
      }
    }
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
