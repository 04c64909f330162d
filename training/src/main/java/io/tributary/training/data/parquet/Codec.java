package io.tributary.training.data.parquet;

import io.airlift.compress.Decompressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.airlift.compress.snappy.SnappyDecompressor;
import io.airlift.compress.zstd.ZstdDecompressor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** How the pages of a column are compressed. */
final class Codec {
  private static final int NONE = 0;
  private static final int SNAPPY = 1;
  private static final int GZIP = 2;
  private static final int ZSTD = 6;
  private static final int LZ4_RAW = 7;

  private Codec() {}

  /**
   * The bytes of a page.
   *
   * @param size that the page's header announces
   */
  static byte[] decompress(int codec, byte[] bytes, int from, int size) {
    int length = bytes.length - from;
    return switch (codec) {
      case NONE -> plain(bytes, from, size);
      case SNAPPY -> by(new SnappyDecompressor(), bytes, from, size);
      case GZIP -> gzip(bytes, from, length, size);
      case ZSTD -> by(new ZstdDecompressor(), bytes, from, size);
      case LZ4_RAW -> by(new Lz4Decompressor(), bytes, from, size);
      default ->
          throw new MalformedParquet(
              "compression number " + codec, "none, snappy, gzip, zstd or lz4_raw");
    };
  }

  private static byte[] plain(byte[] bytes, int from, int size) {
    if (bytes.length - from != size) {
      throw wrongSize(bytes.length - from, size);
    }
    byte[] page = new byte[size];
    System.arraycopy(bytes, from, page, 0, size);
    return page;
  }

  private static byte[] by(Decompressor codec, byte[] bytes, int from, int size) {
    byte[] page = new byte[size];
    if (size == 0 && from == bytes.length) {
      return page;
    }
    int found;
    try {
      found = codec.decompress(bytes, from, bytes.length - from, page, 0, size);
    } catch (RuntimeException e) {
      throw broken(e);
    }
    if (found != size) {
      throw wrongSize(found, size);
    }
    return page;
  }

  private static byte[] gzip(byte[] bytes, int from, int length, int size) {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(bytes, from, length))) {
      byte[] page = in.readNBytes(size);
      if (page.length != size || in.read() >= 0) {
        throw wrongSize(page.length, size);
      }
      return page;
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static MalformedParquet wrongSize(int found, int size) {
    return new MalformedParquet("a page of " + found + " bytes", size + ", as its header says");
  }

  private static MalformedParquet broken(Exception cause) {
    var broken = new MalformedParquet("a page that can't be decompressed", "a whole page");
    broken.initCause(cause);
    return broken;
  }
}
