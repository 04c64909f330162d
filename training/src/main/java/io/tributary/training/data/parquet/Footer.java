package io.tributary.training.data.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/**
 * What stands at a file's end: its columns, and where each row group has them.
 *
 * @param rows of all groups
 */
record Footer(Schema schema, List<Group> groups, long rows) {
  private static final int MAGIC = 0x31524150; // PAR1
  private static final int ENCRYPTED = 0x45524150; // PARE
  private static final int TAIL = 8;
  private static final long LARGEST = 256L << 20;

  Footer {
    groups = List.copyOf(groups);
  }

  /** Rows that lie together, with a chunk for each leaf of the schema. */
  record Group(long rows, List<Chunk> chunks) {
    Group {
      chunks = List.copyOf(chunks);
    }
  }

  /**
   * The values of a column in a group.
   *
   * @param start first byte of its first page
   * @param end behind its last page
   * @param values with those that are missing
   */
  record Chunk(int codec, long start, long end, long values) {}

  static Footer read(FileChannel file) throws IOException {
    long size = file.size();
    if (size < TAIL + 4) {
      throw new MalformedParquet("a file of " + size + " bytes", "a Parquet file");
    }
    ByteBuffer tail = read(file, size - TAIL, TAIL);
    long length = tail.getInt() & 0xffffffffL;
    int magic = tail.getInt();
    if (magic == ENCRYPTED) {
      throw new MalformedParquet("an encrypted footer", "a file that is not encrypted");
    }
    if (magic != MAGIC) {
      throw new MalformedParquet("no mark PAR1 at its end", "a whole Parquet file");
    }
    if (length > size - TAIL - 4 || length > LARGEST) {
      throw new MalformedParquet("a footer of " + length + " bytes", "one within the file");
    }
    return parse(ThriftStruct.read(read(file, size - TAIL - length, (int) length)), size);
  }

  static ByteBuffer read(FileChannel file, long position, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, position + bytes.position()) < 0) {
        throw MalformedParquet.cutOff("the middle");
      }
    }
    return bytes.flip();
  }

  private static Footer parse(ThriftStruct metadata, long size) {
    if (metadata.has(8)) {
      throw new MalformedParquet("encrypted columns", "a file that is not encrypted");
    }
    Schema schema = Schema.read(metadata.structs(2));
    List<Group> groups = new ArrayList<>();
    long rows = 0;
    for (ThriftStruct group : metadata.structs(4)) {
      List<Chunk> chunks = new ArrayList<>();
      for (ThriftStruct column : group.structs(1)) {
        chunks.add(chunk(column, size));
      }
      if (chunks.size() != schema.leaves().size()) {
        throw new MalformedParquet(
            chunks.size() + " column chunks in a row group", schema.leaves().size() + " of them");
      }
      groups.add(new Group(group.size(3), chunks));
      rows += group.size(3);
    }
    if (rows < 0 || rows != metadata.size(3)) {
      throw new MalformedParquet(
          rows + " rows in its groups", metadata.size(3) + ", as the footer says");
    }
    return new Footer(schema, groups, rows);
  }

  private static Chunk chunk(ThriftStruct column, long size) {
    if (column.has(8)) {
      throw new MalformedParquet("an encrypted column", "a file that is not encrypted");
    }
    if (column.has(1)) {
      throw new MalformedParquet("a column in another file", "all columns in one file");
    }
    ThriftStruct metadata = column.struct(3);
    long data = metadata.size(9);
    long dictionary = metadata.integer(11, 0);
    long start = dictionary > 0 && dictionary < data ? dictionary : data;
    long length = metadata.size(7);
    if (metadata.size(5) == 0) {
      return new Chunk(0, 4, 4, 0);
    }
    if (start < 4 || length > size || start > size - length) {
      throw new MalformedParquet("a column chunk outside the file", "a whole Parquet file");
    }
    return new Chunk(metadata.count(4), start, start + length, metadata.size(5));
  }
}
