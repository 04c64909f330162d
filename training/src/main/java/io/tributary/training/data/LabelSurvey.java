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
    var cleaning = new Cleaning(steps);
    try (RowReader reader = RowReader.open(source)) {
      for (Optional<Row> row = reader.next(); row.isPresent(); row = reader.next()) {
        String own = cleaning.label(row.get().find(source.label()).orElse(""));
        found.add(source.labels().getOrDefault(own, own));
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
}
