package io.tributary.training.data.parquet;

import io.tributary.training.data.parquet.Footer.Chunk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through one column of one row group, holding one page of it. */
final class ColumnCursor {
  private static final String[] NO_WORDS = {};

  /** Where a page of data begins, and the first row in it. */
  private record Place(long row, PageHeader header) {}

  private final FileChannel file;
  private final Leaf leaf;
  private final Chunk chunk;
  private final List<Place> places = new ArrayList<>();
  private String[] dictionary = NO_WORDS;
  private boolean hasDictionary;
  private long position;
  private @Nullable Page page;
  private Page.@Nullable Entry ahead;
  private long row;

  ColumnCursor(FileChannel file, Leaf leaf, Chunk chunk) {
    this.file = file;
    this.leaf = leaf;
    this.chunk = chunk;
    position = chunk.start();
  }

  /** The next row's value; null where it is missing. Of columns without lists. */
  @Nullable String scalar() throws IOException {
    row++;
    return take().value();
  }

  /** The next row's list, entries that are missing as null; null where there is no list. */
  @Nullable List<@Nullable String> list() throws IOException {
    row++;
    Page.Entry first = ahead == null ? take() : ahead;
    ahead = null;
    if (first.repetition() != 0) {
      throw new MalformedParquet("a list without a beginning", "one that begins with its row");
    }
    List<@Nullable String> list = new ArrayList<>();
    if (first.definition() >= leaf.listed()) {
      list.add(first.value());
    }
    while (more()) {
      ahead = take();
      if (ahead.repetition() == 0) {
        break;
      }
      list.add(ahead.value());
      ahead = null;
    }
    return list.isEmpty() && first.definition() < leaf.listed() - 1 ? null : list;
  }

  /** Goes on at a row of the group. */
  void seek(long wanted) throws IOException {
    if (leaf.repetition() == 0) {
      seekPage(wanted);
    } else if (wanted < row) {
      rewind();
    }
    while (row < wanted) {
      if (leaf.repetition() == 0) {
        scalar();
      } else {
        list();
      }
    }
  }

  private void rewind() {
    position = chunk.start();
    page = null;
    ahead = null;
    row = 0;
  }

  /** Pages of columns without lists hold as many rows as values. */
  private void seekPage(long wanted) throws IOException {
    if (places.isEmpty()) {
      findPages();
    }
    int low = 0;
    int high = places.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (places.get(middle).row <= wanted) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Place place = places.get(low);
    boolean ahead = place.row <= row && row <= wanted && page != null;
    if (!ahead) {
      open(place.header);
      row = place.row;
    }
  }

  private void findPages() throws IOException {
    long rows = 0;
    long at = chunk.start();
    while (at < chunk.end()) {
      PageHeader header = PageHeader.read(file, at, chunk.end());
      if (header.isData()) {
        places.add(new Place(rows, header));
        rows += header.values();
      } else if (header.kind() == PageHeader.DICTIONARY && !hasDictionary) {
        readDictionary(header);
      }
      at = header.data() + header.stored();
    }
    if (places.isEmpty()) {
      throw MalformedParquet.cutOff("a column");
    }
  }

  private boolean more() throws IOException {
    while (page == null || page.isEmpty()) {
      if (position >= chunk.end()) {
        return false;
      }
      PageHeader header = PageHeader.read(file, position, chunk.end());
      position = header.data() + header.stored();
      if (header.isData()) {
        open(header);
      } else if (header.kind() == PageHeader.DICTIONARY && !hasDictionary) {
        readDictionary(header);
      }
    }
    return true;
  }

  private void open(PageHeader header) throws IOException {
    page = Page.read(file, header, leaf, chunk.codec(), dictionary);
    position = header.data() + header.stored();
  }

  private void readDictionary(PageHeader header) throws IOException {
    dictionary = Page.dictionary(file, header, leaf, chunk.codec());
    hasDictionary = true;
  }

  private Page.Entry take() throws IOException {
    if (!more() || page == null) {
      throw MalformedParquet.cutOff("column \"" + leaf.column() + "\"");
    }
    return page.next();
  }
}
