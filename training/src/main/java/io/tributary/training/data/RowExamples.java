package io.tributary.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * Examples that stay in their file: 24 bytes of memory for each tell where its row begins. A row is
 * read and cleaned again whenever its example is asked for; in the order of the file that is one
 * pass over it. Safe for several threads, one of which reads at a time. The file is closed when the
 * list is no longer reachable (the platform's cleaner of channels).
 */
final class RowExamples extends AbstractList<Example> implements RandomAccess {
  private static final int FIRST_ROOM = 1024;

  private final SourceSpec source;
  private final RowReader reader;
  private final RowExampleReader rows;
  private long[] positions = new long[FIRST_ROOM];
  private long[] lines = new long[FIRST_ROOM];
  private long[] before = new long[FIRST_ROOM];
  private int size;

  RowExamples(SourceSpec source, RowReader reader, RowExampleReader rows) {
    this.source = source;
    this.reader = reader;
    this.rows = rows;
  }

  /** Adds the example whose row begins there. */
  void add(RowPlace place) {
    if (size == positions.length) {
      positions = Arrays.copyOf(positions, 2 * size);
      lines = Arrays.copyOf(lines, 2 * size);
      before = Arrays.copyOf(before, 2 * size);
    }
    positions[size] = place.position();
    lines[size] = place.line();
    before[size] = place.before();
    size++;
  }

  @Override
  public synchronized Example get(int index) {
    var place = new RowPlace(positions[index], lines[index], before[index]);
    try {
      if (!reader.place().equals(place)) {
        reader.seek(place);
      }
      return reader.next().flatMap(rows::example).orElseThrow(this::changed);
    } catch (IOException e) {
      throw new UncheckedIOException("reading an example again", e);
    }
  }

  private RuntimeException changed() {
    return DataRefusal.of(
        source.path(),
        "",
        "changed while it was read",
        "a file that stays as it is",
        "Try again when it is whole.");
  }

  @Override
  public int size() {
    return size;
  }

  /** The row as an example; empty where the cleaning drops it. */
  interface RowExampleReader {
    Optional<Example> example(Row row);
  }
}
