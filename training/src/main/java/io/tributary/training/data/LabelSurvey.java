package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** Finds the labels that occur in a dataset, before any plan names a label set. */
public final class LabelSurvey {
  private LabelSurvey() {}

  /** The names of the labels, mapped as the specification says, in their natural order. */
  public static List<String> of(DatasetSpec spec) {
    SortedSet<String> found = new TreeSet<>();
    survey(spec.train(), spec.cleaning(), found);
    spec.validation()
        .path()
        .ifPresent(file -> survey(spec.train().withPath(file), spec.cleaning(), found));
    return List.copyOf(found);
  }

  private static void survey(SourceSpec source, CleaningSpec steps, SortedSet<String> found) {
    if (source.columns().input() instanceof Columns.Pictures) {
      found.addAll(pictures(source));
      return;
    }
    var targets = new TargetReader(source, List.of(), new Cleaning(steps));
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        found.addAll(targets.names(row.get()));
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.INVALID_DATA,
          source.path().getFileName()
              + ": can't be read (expected: a readable file). "
              + "Check the file's permissions and its disk.",
          e);
    }
  }

  private static List<String> pictures(SourceSpec source) {
    try {
      return source.format() == SourceFormat.IDX
          ? IdxPictures.labels(source)
          : ImageFolder.labels(source);
    } catch (IOException e) {
      throw ExampleReader.unreadable(source.path(), e);
    }
  }
}
