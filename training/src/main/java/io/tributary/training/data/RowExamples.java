package io.tributary.training.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.RandomAccess;

/**
 * Examples that stay in their file. Where every sixteenth begins is remembered, and which rows are
 * examples: two or three bytes of memory for each. A row is read and cleaned again whenever its
 * example is asked for, with those between it and the last place that is known; in the order of the
 * file that is one pass over it. Safe for several threads, one of which reads at a time. The file
 * is closed when the list is no longer reachable (the platform's cleaner of channels).
 */
final class RowExamples extends AbstractList<Example> implements FileBacked, RandomAccess {
  private static final int STRIDE = 16;
  private static final int REMEMBERED = 64;

  private final SourceSpec source;
  private final RowReader reader;
  private final RowExampleReader rows;
  private final List<RowPlace> places = new ArrayList<>();

  /** Rows that are examples, counted from 0. */
  private final BitSet kept = new BitSet();

  /** A batch asks for the same example several times: for its input and for its target. */
  private final Map<Integer, Example> recent =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Example> eldest) {
          return size() > REMEMBERED;
        }
      };

  private int size;

  /** The example that the reader stands before. */
  private int next = -1;

  RowExamples(SourceSpec source, RowReader reader, RowExampleReader rows) {
    this.source = source;
    this.reader = reader;
    this.rows = rows;
  }

  /** Adds the example whose row begins there. */
  void add(RowPlace place) {
    if (size % STRIDE == 0) {
      places.add(place);
    }
    kept.set(Math.toIntExact(place.before()));
    size++;
  }

  @Override
  public synchronized Example get(int index) {
    Objects.checkIndex(index, size);
    Example known = recent.get(index);
    if (known == null) {
      known = read(index);
      recent.put(index, known);
    }
    return known;
  }

  private Example read(int index) {
    try {
      if (next < 0 || index < next || index - next >= STRIDE) {
        reader.seek(places.get(index / STRIDE));
        next = index / STRIDE * STRIDE;
      }
      Row row = row();
      for (; next < index; next++) {
        row = row();
      }
      next++;
      return rows.example(row).orElseThrow(this::changed);
    } catch (IOException e) {
      next = -1;
      throw new UncheckedIOException("reading an example again", e);
    } catch (RuntimeException e) {
      next = -1;
      throw e;
    }
  }

  /** The next row that is an example. */
  private Row row() throws IOException {
    Row row = reader.next().orElseThrow(this::changed);
    while (!kept.get(Math.toIntExact(row.number() - 1))) {
      row = reader.next().orElseThrow(this::changed);
    }
    return row;
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
  public boolean inFile() {
    return true;
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
