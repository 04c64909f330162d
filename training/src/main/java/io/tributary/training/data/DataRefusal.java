package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.settings.NearestKey;
import java.nio.file.Path;
import java.util.Collection;

/** The refusals of data, each with the file's name, the place in it and what to do. */
final class DataRefusal {
  private static final int LONGEST_QUOTE = 60;

  private DataRefusal() {}

  static FederationException of(Path file, String where, String found, String rule, String remedy) {
    String place = where.isEmpty() ? "" : ", " + where;
    return FederationException.of(ErrorKind.INVALID_DATA, name(file) + place, found, rule, remedy);
  }

  static FederationException missingColumn(
      Path file, String where, String column, Collection<String> columns) {
    String nearest =
        NearestKey.of(column, columns)
            .map(name -> "Did you mean " + quoted(name) + "?")
            .orElse("Name one of its columns.");
    return of(file, where, "no column " + quoted(column), "one of " + some(columns), nearest);
  }

  static FederationException unknownLabel(
      Path file, String where, String label, Collection<String> labels) {
    String nearest =
        NearestKey.of(label, labels)
            .map(name -> "The nearest is " + quoted(name) + "; map it under labels.")
            .orElse("Map it under labels, or remove the row.");
    return of(
        file,
        where,
        label.isEmpty() ? "no label" : "unknown label " + quoted(label),
        "one of " + some(labels),
        nearest);
  }

  static FederationException notFound(Path file) {
    return FederationException.of(
        ErrorKind.NOT_FOUND,
        "data file",
        file.toString(),
        "a file that exists and can be read",
        "Correct the path.");
  }

  /** A text in quotes, cut so that a message stays one line. */
  static String quoted(String text) {
    String oneLine = text.replaceAll("[\\p{Cntrl}]+", " ");
    return oneLine.length() > LONGEST_QUOTE
        ? "\"" + oneLine.substring(0, LONGEST_QUOTE) + "…\""
        : "\"" + oneLine + "\"";
  }

  static String name(Path file) {
    Path name = file.getFileName();
    return name == null ? file.toString() : name.toString();
  }

  private static String some(Collection<String> names) {
    int most = 30;
    String joined = String.join(", ", names.stream().limit(most).toList());
    return names.size() > most ? joined + " and " + (names.size() - most) + " more" : joined;
  }
}
