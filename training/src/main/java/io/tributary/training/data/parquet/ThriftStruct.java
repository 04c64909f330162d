package io.tributary.training.data.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A structure in Thrift's compact protocol, by the numbers of its fields: the form of a Parquet
 * file's footer and page headers (Thrift specification, "Thrift Compact protocol").
 */
final class ThriftStruct {
  private static final int DEEPEST = 24;
  private static final int TRUE = 1;
  private static final int FALSE = 2;

  private final Map<Integer, Object> fields = new HashMap<>();

  private ThriftStruct() {}

  /** Reads one structure; the buffer stands behind it afterwards. */
  static ThriftStruct read(ByteBuffer in) {
    try {
      return struct(in.order(ByteOrder.LITTLE_ENDIAN), 0);
    } catch (BufferUnderflowException e) {
      throw MalformedParquet.cutOff("its metadata");
    }
  }

  boolean has(int id) {
    return fields.containsKey(id);
  }

  long integer(int id, long byDefault) {
    return fields.getOrDefault(id, byDefault) instanceof Long number ? number : wrong(id);
  }

  /** A whole number that must be there, from 0 on. */
  long size(int id) {
    long size = integer(id, -1);
    return size < 0 ? wrong(id) : size;
  }

  /** The same where it must fit an int. */
  int count(int id) {
    long count = size(id);
    return count > Integer.MAX_VALUE ? (int) (long) wrong(id) : (int) count;
  }

  boolean flag(int id, boolean byDefault) {
    return fields.getOrDefault(id, byDefault) instanceof Boolean flag ? flag : wrong(id) > 0;
  }

  String text(int id) {
    return fields.get(id) instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : String.valueOf(wrong(id));
  }

  Optional<ThriftStruct> find(int id) {
    return fields.get(id) instanceof ThriftStruct struct ? Optional.of(struct) : Optional.empty();
  }

  ThriftStruct struct(int id) {
    return find(id).orElseThrow(() -> fault(id));
  }

  List<ThriftStruct> structs(int id) {
    List<ThriftStruct> structs = new ArrayList<>();
    for (Object item : list(id)) {
      if (!(item instanceof ThriftStruct struct)) {
        throw fault(id);
      }
      structs.add(struct);
    }
    return structs;
  }

  List<String> texts(int id) {
    List<String> texts = new ArrayList<>();
    for (Object item : list(id)) {
      if (!(item instanceof byte[] bytes)) {
        throw fault(id);
      }
      texts.add(new String(bytes, StandardCharsets.UTF_8));
    }
    return texts;
  }

  private List<?> list(int id) {
    if (fields.get(id) instanceof List<?> list) {
      return list;
    }
    throw fault(id);
  }

  private static Long wrong(int id) {
    throw fault(id);
  }

  private static MalformedParquet fault(int id) {
    return new MalformedParquet(
        "metadata with field " + id + " missing or of another type", "those of parquet.thrift");
  }

  private static ThriftStruct struct(ByteBuffer in, int depth) {
    if (depth > DEEPEST) {
      throw new MalformedParquet("metadata nested too deep", "at most " + DEEPEST + " levels");
    }
    var struct = new ThriftStruct();
    int id = 0;
    for (int header = in.get() & 0xff; header != 0; header = in.get() & 0xff) {
      int type = header & 0xf;
      int delta = header >>> 4;
      id = delta == 0 ? (int) zigzag(in) : id + delta;
      Object value = type == TRUE || type == FALSE ? type == TRUE : value(in, type, depth);
      struct.fields.put(id, value);
    }
    return struct;
  }

  private static Object value(ByteBuffer in, int type, int depth) {
    return switch (type) {
      case TRUE, FALSE -> in.get() == TRUE;
      case 3 -> (long) in.get();
      case 4, 5, 6 -> zigzag(in);
      case 7 -> in.getDouble();
      case 8 -> bytes(in);
      case 9, 10 -> list(in, depth);
      case 11 -> map(in, depth);
      case 12 -> struct(in, depth + 1);
      default -> throw new MalformedParquet("metadata of type " + type, "a type of Thrift");
    };
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[bounded(in, varint(in))];
    in.get(bytes);
    return bytes;
  }

  private static List<Object> list(ByteBuffer in, int depth) {
    int header = in.get() & 0xff;
    int size = bounded(in, header >>> 4 == 15 ? varint(in) : header >>> 4);
    List<Object> list = new ArrayList<>(Math.min(size, 1024));
    for (int i = 0; i < size; i++) {
      list.add(value(in, header & 0xf, depth + 1));
    }
    return list;
  }

  private static Map<Object, Object> map(ByteBuffer in, int depth) {
    int size = bounded(in, varint(in));
    Map<Object, Object> map = new HashMap<>();
    int types = size == 0 ? 0 : in.get() & 0xff;
    for (int i = 0; i < size; i++) {
      Object key = value(in, types >>> 4, depth + 1);
      map.put(key, value(in, types & 0xf, depth + 1));
    }
    return map;
  }

  /** Whatever is announced has a byte or more for each, so that no memory is taken for lies. */
  private static int bounded(ByteBuffer in, long size) {
    if (size < 0 || size > in.remaining()) {
      throw new BufferUnderflowException();
    }
    return (int) size;
  }

  private static long zigzag(ByteBuffer in) {
    long n = varint(in);
    return (n >>> 1) ^ -(n & 1);
  }

  static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new MalformedParquet("a number of more than 64 bits", "a varint");
  }

  static long zigzagVarint(ByteBuffer in) {
    return zigzag(in);
  }
}
