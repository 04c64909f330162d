package io.tributary.transport.chunk;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.tributary.proto.v1.Chunk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The bytes of a message before those of its piece, as every protobuf library writes them: the
 * chunk's field in the message, the chunk's offset unless it is 0, the length of its data.
 *
 * @param offset of the piece in the whole
 * @param bytes of this head
 * @param data bytes that follow, to the end of the message; more than 0
 */
record PieceHead(long offset, int bytes, int data) {
  /** A head never has more. */
  static final int MOST_BYTES = 32;

  /** Stands for a message that is a chunk itself. */
  static final int NO_FIELD = 0;

  private static final int TAG_BITS = 3;
  private static final int OFFSET_TAG =
      Chunk.OFFSET_FIELD_NUMBER << TAG_BITS | WireFormat.WIRETYPE_VARINT;
  private static final int DATA_TAG = lengthDelimited(Chunk.DATA_FIELD_NUMBER);

  /**
   * Reads a head. Empty where the message is no chunk, or one that is written in another way, which
   * the usual parser understands.
   *
   * @param start the message's first bytes, {@link #MOST_BYTES} if it has as many
   * @param total bytes of the message
   * @param field of the chunk in the message
   */
  static Optional<PieceHead> read(byte[] start, int total, int field) {
    CodedInputStream in = CodedInputStream.newInstance(start);
    try {
      if (field != NO_FIELD
          && (in.readTag() != lengthDelimited(field)
              || in.readUInt32() != total - in.getTotalBytesRead())) {
        return Optional.empty();
      }
      int tag = in.readTag();
      long offset = 0;
      if (tag == OFFSET_TAG) {
        offset = in.readInt64();
        tag = in.readTag();
      }
      int data = in.readUInt32();
      int bytes = in.getTotalBytesRead();
      return tag == DATA_TAG && data > 0 && data == total - bytes
          ? Optional.of(new PieceHead(offset, bytes, data))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty(); // not even the bytes of a head
    }
  }

  /** The head of a piece. */
  static byte[] write(Piece piece, int field) {
    byte[] head = new byte[MOST_BYTES];
    CodedOutputStream out = CodedOutputStream.newInstance(head);
    try {
      if (field != NO_FIELD) {
        out.writeUInt32NoTag(lengthDelimited(field));
        out.writeUInt32NoTag(chunkBytes(piece));
      }
      if (piece.offset() != 0) {
        out.writeInt64(Chunk.OFFSET_FIELD_NUMBER, piece.offset());
      }
      if (piece.size() > 0) {
        out.writeUInt32NoTag(DATA_TAG);
        out.writeUInt32NoTag(piece.size());
      }
      return Arrays.copyOf(head, out.getTotalBytesWritten());
    } catch (IOException e) {
      throw new UncheckedIOException("an array has room for a head", e);
    }
  }

  private static int chunkBytes(Piece piece) {
    int bytes = piece.size();
    if (piece.offset() != 0) {
      bytes += CodedOutputStream.computeInt64Size(Chunk.OFFSET_FIELD_NUMBER, piece.offset());
    }
    if (piece.size() > 0) {
      bytes += CodedOutputStream.computeTagSize(Chunk.DATA_FIELD_NUMBER);
      bytes += CodedOutputStream.computeUInt32SizeNoTag(piece.size());
    }
    return bytes;
  }

  private static int lengthDelimited(int field) {
    return field << TAG_BITS | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
