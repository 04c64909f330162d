package io.tributary.training.data;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;

/** Reads a source row by row; refuses what breaks its format. Confined to one thread. */
interface RowReader extends Closeable {
  /** The next row; empty behind the last. */
  Optional<Row> next() throws IOException;

  /** Where the next row begins. */
  RowPlace place();

  /** Goes on at a place that {@link #place} told, of this source. */
  void seek(RowPlace place) throws IOException;

  /** The header as its file has it, without the line end; empty where the format has none. */
  Optional<String> header();

  static RowReader open(SourceSpec source) throws IOException {
    return switch (source.format()) {
      case CSV, TSV -> DelimitedReader.open(source);
      case JSONL -> JsonlReader.open(source);
      case PARQUET -> ParquetReader.open(source);
      case CONLL -> ConllReader.open(source);
      case IMAGE_FOLDER, IDX ->
          throw DataRefusal.of(
              source.path(),
              "",
              source.format().token(),
              "a file of rows",
              "Keep pictures for validation by a share, such as validation: 10%.");
    };
  }
}
