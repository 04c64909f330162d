package io.tributary.training.data.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The values of a page that are there, as texts, one after the other. */
interface Values {
  int PLAIN = 0;
  int PLAIN_DICTIONARY = 2;
  int RLE = 3;
  int DELTA_BINARY_PACKED = 5;
  int DELTA_LENGTH_BYTE_ARRAY = 6;
  int DELTA_BYTE_ARRAY = 7;
  int RLE_DICTIONARY = 8;
  int BYTE_STREAM_SPLIT = 9;

  int MOST_IN_PAGE = 1 << 24;

  String next();

  /**
   * The values of a page.
   *
   * @param in stands at the first; little-endian
   * @param dictionary of the column's chunk; empty without one
   */
  static Values of(Leaf leaf, int encoding, ByteBuffer in, String[] dictionary) {
    in.order(ByteOrder.LITTLE_ENDIAN);
    var text = new ValueText(leaf);
    return switch (encoding) {
      case PLAIN -> plain(leaf, in, text);
      case PLAIN_DICTIONARY, RLE_DICTIONARY -> words(in, dictionary);
      case RLE -> truths(leaf, in);
      case DELTA_BINARY_PACKED -> {
        var deltas = new DeltaReader(in);
        yield () -> text.whole(deltas.next());
      }
      case DELTA_LENGTH_BYTE_ARRAY -> lengths(in, text);
      case DELTA_BYTE_ARRAY -> prefixes(in, text);
      case BYTE_STREAM_SPLIT -> split(leaf, in, text);
      default ->
          throw new MalformedParquet("encoding number " + encoding, "one of parquet.thrift's");
    };
  }

  private static Values plain(Leaf leaf, ByteBuffer in, ValueText text) {
    return switch (leaf.type()) {
      case Leaf.BOOLEAN -> {
        int[] at = new int[1];
        yield () -> {
          int bit = at[0]++;
          return String.valueOf(
              (in.get(in.position() + bit / Byte.SIZE) >> bit % Byte.SIZE & 1) == 1);
        };
      }
      case Leaf.BYTES -> () -> text.bytes(bytes(in, in.getInt()));
      case Leaf.FIXED -> () -> text.bytes(bytes(in, leaf.width()));
      default -> () -> text.number(in);
    };
  }

  private static byte[] bytes(ByteBuffer in, long length) {
    if (length < 0 || length > in.remaining()) {
      throw MalformedParquet.cutOff("a value");
    }
    byte[] bytes = new byte[(int) length];
    in.get(bytes);
    return bytes;
  }

  private static Values words(ByteBuffer in, String[] dictionary) {
    var places = new HybridReader(in, in.get());
    return () -> {
      int place = places.next();
      if (place < 0 || place >= dictionary.length) {
        throw new MalformedParquet(
            "word " + place + " of a dictionary of " + dictionary.length, "one of its words");
      }
      return dictionary[place];
    };
  }

  private static Values truths(Leaf leaf, ByteBuffer in) {
    if (leaf.type() != Leaf.BOOLEAN) {
      throw new MalformedParquet("encoding RLE of values", "it for truth values alone");
    }
    in.getInt(); // their length
    var bits = new HybridReader(in, 1);
    return () -> String.valueOf(bits.next() == 1);
  }

  private static int[] numbers(ByteBuffer in) {
    var deltas = new DeltaReader(in);
    if (deltas.total() > MOST_IN_PAGE) {
      throw new MalformedParquet(deltas.total() + " values in a page", "at most " + MOST_IN_PAGE);
    }
    int[] numbers = new int[deltas.total()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = (int) deltas.next();
    }
    return numbers;
  }

  private static Values lengths(ByteBuffer in, ValueText text) {
    int[] lengths = numbers(in);
    int[] at = new int[1];
    return () -> text.bytes(bytes(in, get(lengths, at[0]++)));
  }

  private static int get(int[] numbers, int index) {
    if (index >= numbers.length) {
      throw MalformedParquet.cutOff("a page");
    }
    return numbers[index];
  }

  private static Values prefixes(ByteBuffer in, ValueText text) {
    int[] prefixes = numbers(in);
    int[] lengths = numbers(in);
    byte[][] last = {new byte[0]};
    int[] at = new int[1];
    return () -> {
      int prefix = get(prefixes, at[0]);
      byte[] rest = bytes(in, get(lengths, at[0]++));
      if (prefix < 0 || prefix > last[0].length) {
        throw new MalformedParquet("a prefix of " + prefix + " bytes", "one of the value before");
      }
      byte[] whole = new byte[prefix + rest.length];
      System.arraycopy(last[0], 0, whole, 0, prefix);
      System.arraycopy(rest, 0, whole, prefix, rest.length);
      last[0] = whole;
      return text.bytes(whole);
    };
  }

  private static Values split(Leaf leaf, ByteBuffer in, ValueText text) {
    int width =
        switch (leaf.type()) {
          case Leaf.INT32, Leaf.FLOAT -> Integer.BYTES;
          case Leaf.INT64, Leaf.DOUBLE -> Long.BYTES;
          case Leaf.FIXED -> Math.max(1, leaf.width());
          default -> throw new MalformedParquet("split values of this type", "fixed widths");
        };
    int count = in.remaining() / width;
    int start = in.position();
    int[] at = new int[1];
    return () -> {
      if (at[0] == count) {
        throw MalformedParquet.cutOff("a page");
      }
      ByteBuffer one = ByteBuffer.allocate(width).order(ByteOrder.LITTLE_ENDIAN);
      for (int i = 0; i < width; i++) {
        one.put(in.get(start + i * count + at[0]));
      }
      at[0]++;
      return leaf.type() == Leaf.FIXED ? text.bytes(one.array()) : text.number(one.flip());
    };
  }
}
