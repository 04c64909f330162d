package io.tributary.training.data.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/** Writes values of a column as a data file of text would have them. */
final class ValueText {
  private final Leaf leaf;
  private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();

  ValueText(Leaf leaf) {
    this.leaf = leaf;
  }

  /** A number of four or eight bytes. */
  String number(ByteBuffer in) {
    return switch (leaf.type()) {
      case Leaf.INT32 -> whole(in.getInt());
      case Leaf.INT64 -> whole(in.getLong());
      case Leaf.FLOAT -> Float.toString(in.getFloat());
      case Leaf.DOUBLE -> Double.toString(in.getDouble());
      default -> throw new MalformedParquet("values of type " + leaf.type(), "numbers or texts");
    };
  }

  String whole(long value) {
    long own = leaf.type() == Leaf.INT32 ? (int) value : value;
    return switch (leaf.meaning()) {
      case DECIMAL -> decimal(BigInteger.valueOf(own));
      case UNSIGNED ->
          leaf.type() == Leaf.INT32
              ? Integer.toUnsignedString((int) own)
              : Long.toUnsignedString(own);
      default -> Long.toString(own);
    };
  }

  String bytes(byte[] bytes) {
    if (leaf.meaning() == Leaf.Meaning.DECIMAL) {
      return bytes.length == 0 ? "0" : decimal(new BigInteger(bytes));
    }
    try {
      return utf8.decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new MalformedParquet("a text of broken UTF-8", "UTF-8");
    }
  }

  private String decimal(BigInteger unscaled) {
    return new BigDecimal(unscaled, leaf.scale()).toPlainString();
  }
}
