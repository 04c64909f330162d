package io.tributary.training.data.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/** A page of data, decompressed, whose entries are read one after the other. */
final class Page {
  private final Leaf leaf;
  private final Values values;
  private final @Nullable HybridReader repetitions;
  private final @Nullable HybridReader definitions;
  private int left;

  private Page(
      Leaf leaf,
      Values values,
      @Nullable HybridReader repetitions,
      @Nullable HybridReader definitions,
      int left) {
    this.leaf = leaf;
    this.values = values;
    this.repetitions = repetitions;
    this.definitions = definitions;
    this.left = left;
  }

  /** An entry: its levels, and its value where there is one. */
  record Entry(int repetition, int definition, @Nullable String value) {}

  boolean isEmpty() {
    return left == 0;
  }

  Entry next() {
    left--;
    try {
      int repetition = repetitions == null ? 0 : repetitions.next();
      int definition = definitions == null ? leaf.definition() : definitions.next();
      if (definition > leaf.definition() || repetition > leaf.repetition()) {
        throw new MalformedParquet("a level beyond the schema's", "levels of the schema");
      }
      return new Entry(
          repetition, definition, definition == leaf.definition() ? values.next() : null);
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw MalformedParquet.cutOff("a page");
    }
  }

  static Page read(FileChannel file, PageHeader header, Leaf leaf, int codec, String[] dictionary)
      throws IOException {
    byte[] stored = stored(file, header);
    try {
      return header.kind() == PageHeader.DATA
          ? first(header, leaf, Codec.decompress(codec, stored, 0, header.size()), dictionary)
          : second(header, leaf, codec, stored, dictionary);
    } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
      throw MalformedParquet.cutOff("a page");
    }
  }

  /** The words of a dictionary's page. */
  static String[] dictionary(FileChannel file, PageHeader header, Leaf leaf, int codec)
      throws IOException {
    byte[] page = Codec.decompress(codec, stored(file, header), 0, header.size());
    int count = header.header().struct(7).count(1);
    if (count > page.length && leaf.type() != Leaf.BOOLEAN) {
      throw MalformedParquet.cutOff("a dictionary");
    }
    String[] words = new String[count];
    try {
      Values values = Values.of(leaf, Values.PLAIN, little(page), new String[0]);
      for (int i = 0; i < count; i++) {
        words[i] = values.next();
      }
    } catch (BufferUnderflowException | IndexOutOfBoundsException e) {
      throw MalformedParquet.cutOff("a dictionary");
    }
    return words;
  }

  private static byte[] stored(FileChannel file, PageHeader header) throws IOException {
    byte[] stored = Footer.read(file, header.data(), header.stored()).array();
    if (header.header().has(4)) {
      var crc = new CRC32();
      crc.update(stored);
      if ((int) crc.getValue() != (int) header.header().integer(4, 0)) {
        throw new MalformedParquet("a page with another checksum", "the one in its header");
      }
    }
    return stored;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Levels are compressed with the values, each run of them behind its length. */
  private static Page first(PageHeader header, Leaf leaf, byte[] bytes, String[] dictionary) {
    ThriftStruct data = header.header().struct(5);
    ByteBuffer page = little(bytes);
    HybridReader repetitions = leaf.repetition() > 0 ? levels(page, leaf.repetition()) : null;
    HybridReader definitions = leaf.definition() > 0 ? levels(page, leaf.definition()) : null;
    int count = data.count(1);
    Values values = count == 0 ? none() : Values.of(leaf, data.count(2), page, dictionary);
    return new Page(leaf, values, repetitions, definitions, count);
  }

  private static HybridReader levels(ByteBuffer page, int largest) {
    int length = page.getInt();
    ByteBuffer levels = page.slice(page.position(), length);
    page.position(page.position() + length);
    return new HybridReader(levels, HybridReader.bits(largest));
  }

  /** Levels stand before the values, never compressed. */
  private static Page second(
      PageHeader header, Leaf leaf, int codec, byte[] stored, String[] dictionary) {
    ThriftStruct data = header.header().struct(8);
    int repeated = data.count(6);
    int defined = data.count(5);
    ByteBuffer all = little(stored);
    HybridReader repetitions =
        leaf.repetition() > 0
            ? new HybridReader(all.slice(0, repeated), HybridReader.bits(leaf.repetition()))
            : null;
    HybridReader definitions =
        leaf.definition() > 0
            ? new HybridReader(all.slice(repeated, defined), HybridReader.bits(leaf.definition()))
            : null;
    int levels = Math.addExact(repeated, defined);
    boolean compressed = data.flag(7, true);
    byte[] bytes = Codec.decompress(compressed ? codec : 0, stored, levels, header.size() - levels);
    int there = data.count(1) - data.count(2);
    Values values = there == 0 ? none() : Values.of(leaf, data.count(4), little(bytes), dictionary);
    return new Page(leaf, values, repetitions, definitions, data.count(1));
  }

  /** A page of missing values may lack the first byte that says how they are written. */
  private static Values none() {
    return () -> {
      throw MalformedParquet.cutOff("a page");
    };
  }
}
