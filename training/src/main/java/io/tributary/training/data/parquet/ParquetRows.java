package io.tributary.training.data.parquet;

import io.tributary.training.data.parquet.Footer.Group;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rows of a Parquet file, some columns of them. Confined to one thread. */
public final class ParquetRows implements Closeable {
  private final FileChannel file;
  private final Footer footer;
  private Set<String> wanted = Set.of();
  private List<Integer> leaves = List.of();
  private List<ColumnCursor> cursors = List.of();
  private int group;
  private long inGroup;
  private long row;

  private ParquetRows(FileChannel file, Footer footer) {
    this.file = file;
    this.footer = footer;
  }

  /**
   * Opens a file; its columns are read once they are chosen.
   *
   * @throws MalformedParquet for a file of another form
   */
  public static ParquetRows open(Path path) throws IOException {
    FileChannel file = FileChannel.open(path);
    try {
      return new ParquetRows(file, Footer.read(file));
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** The columns of the file, in its order. */
  public Set<String> columns() {
    return footer.schema().columns();
  }

  /** Chooses which columns rows have; each must be one of {@link #columns}. */
  public void choose(Collection<String> columns) {
    wanted = Set.copyOf(columns);
    List<Integer> chosen = new ArrayList<>();
    List<Leaf> all = footer.schema().leaves();
    for (int i = 0; i < all.size(); i++) {
      Leaf leaf = all.get(i);
      if (wanted.contains(leaf.column())) {
        check(leaf);
        chosen.add(i);
      }
    }
    leaves = List.copyOf(chosen);
    row = 0;
    restart(0);
  }

  private static void check(Leaf leaf) {
    boolean nested = leaf.repetition() == 0 && leaf.path().size() > 1;
    if (nested || leaf.meaning() == Leaf.Meaning.OTHER) {
      throw new MalformedParquet(
          "column \"" + leaf.column() + "\" of another type",
          "texts, numbers, truth values, or lists of them or of their groups");
    }
  }

  /** How many rows stand before the next one. */
  public long row() {
    return row;
  }

  /**
   * A row.
   *
   * @param values by column; absent where this row has none
   * @param lists by column: of each entry its fields in their order, those of entries without
   *     fields under the empty name; absent where this row has none
   */
  public record Values(Map<String, String> values, Map<String, List<Map<String, Cell>>> lists) {}

  /** A value in a list: its text, absent where it is missing, and whether it is no number. */
  public record Cell(Optional<String> text, boolean isText) {}

  /** The next row; empty behind the last. */
  public Optional<Values> next() throws IOException {
    while (group < footer.groups().size() && inGroup == footer.groups().get(group).rows()) {
      restart(group + 1);
    }
    if (group == footer.groups().size()) {
      return Optional.empty();
    }
    if (cursors.isEmpty()) {
      openGroup();
    }
    Map<String, String> values = new LinkedHashMap<>();
    Map<String, List<Map<String, Cell>>> lists = new LinkedHashMap<>();
    for (int i = 0; i < leaves.size(); i++) {
      Leaf leaf = footer.schema().leaves().get(leaves.get(i));
      if (leaf.repetition() == 0) {
        String value = cursors.get(i).scalar();
        if (value != null) {
          values.put(leaf.column(), value);
        }
      } else {
        addList(lists, leaf, cursors.get(i).list());
      }
    }
    inGroup++;
    row++;
    return Optional.of(new Values(values, lists));
  }

  private static void addList(
      Map<String, List<Map<String, Cell>>> lists,
      Leaf leaf,
      @Nullable List<@Nullable String> found) {
    if (found == null) {
      return;
    }
    List<Map<String, Cell>> entries =
        lists.computeIfAbsent(leaf.column(), column -> new ArrayList<>());
    String field = leaf.path().size() <= 3 ? "" : leaf.field();
    for (int i = 0; i < found.size(); i++) {
      if (entries.size() == i) {
        entries.add(new LinkedHashMap<>());
      }
      entries.get(i).put(field, new Cell(Optional.ofNullable(found.get(i)), leaf.isText()));
    }
  }

  /** Goes on at a row, counted from 0. */
  public void seek(long wantedRow) throws IOException {
    long before = 0;
    int at = 0;
    while (at < footer.groups().size() && wantedRow >= before + footer.groups().get(at).rows()) {
      before += footer.groups().get(at).rows();
      at++;
    }
    if (at == footer.groups().size()) {
      throw MalformedParquet.cutOff("its rows");
    }
    if (at != group || cursors.isEmpty()) {
      restart(at);
      openGroup();
    }
    for (ColumnCursor cursor : cursors) {
      cursor.seek(wantedRow - before);
    }
    inGroup = wantedRow - before;
    row = wantedRow;
  }

  private void restart(int at) {
    group = at;
    inGroup = 0;
    cursors = List.of();
  }

  private void openGroup() {
    Group now = footer.groups().get(group);
    List<ColumnCursor> opened = new ArrayList<>();
    for (int leaf : leaves) {
      opened.add(
          new ColumnCursor(file, footer.schema().leaves().get(leaf), now.chunks().get(leaf)));
    }
    cursors = List.copyOf(opened);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
