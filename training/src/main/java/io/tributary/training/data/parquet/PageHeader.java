package io.tributary.training.data.parquet;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * What stands before a page.
 *
 * @param kind of page, by its number in parquet.thrift
 * @param data first byte behind the header
 * @param stored bytes in the file
 * @param size bytes when they are decompressed
 * @param header all of it
 */
record PageHeader(int kind, long data, int stored, int size, ThriftStruct header) {
  static final int DATA = 0;
  static final int INDEX = 1;
  static final int DICTIONARY = 2;
  static final int DATA_V2 = 3;

  private static final int USUAL = 16 << 10;
  private static final int LONGEST = 16 << 20;
  private static final int LARGEST_PAGE = 256 << 20;

  static PageHeader read(FileChannel file, long position, long end) throws IOException {
    for (int length = USUAL; ; length *= 32) {
      int within = (int) Math.min(length, end - position);
      ByteBuffer bytes = Footer.read(file, position, within);
      try {
        ThriftStruct header = ThriftStruct.read(bytes);
        return of(header, position + bytes.position(), end);
      } catch (MalformedParquet e) {
        if (within == end - position || length > LONGEST) {
          throw e;
        }
      }
    }
  }

  private static PageHeader of(ThriftStruct header, long data, long end) {
    int stored = header.count(3);
    int size = header.count(2);
    if (stored > end - data) {
      throw MalformedParquet.cutOff("a page");
    }
    if (size > LARGEST_PAGE || stored > LARGEST_PAGE) {
      throw new MalformedParquet("a page of " + size + " bytes", "at most 256 MiB");
    }
    return new PageHeader(header.count(1), data, stored, size, header);
  }

  /** Values of a page of data, with those that are missing. */
  int values() {
    return header.struct(kind == DATA ? 5 : 8).count(1);
  }

  boolean isData() {
    return kind == DATA || kind == DATA_V2;
  }
}
