package io.tributary.aggregation.codec;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The k largest values of the whole group by absolute value, as they are, and where they stand:
 * {@code ends} says how many there are up to the end of each piece of 16,384 values, {@code
 * indices} their places in the piece, ascending, {@code values} the values. ‖Q(x) - x‖² ≤ (1 - k/d)
 * ‖x‖².
 *
 * <p>Source: Aji and Heafield, EMNLP 2017, section 3; with the memory of what was left out: Stich,
 * Cordonnier and Jaggi, NeurIPS 2018, definition 2.1.
 */
final class LargestCoding extends Coding {
  private static final String ENDS = "ends";
  private static final String INDICES = "indices";
  private static final String VALUES = "values";

  private final double fraction;
  private final long k;
  private final long ends;
  private final long indices;
  private final long values;

  LargestCoding(Layout layout, double fraction) {
    super(layout, sparse(layout, fraction));
    this.fraction = fraction;
    k = k(layout, fraction);
    ends = start(ENDS);
    indices = start(INDICES);
    values = start(VALUES);
  }

  private static long k(Layout layout, double fraction) {
    long elements = layout.elements();
    return Math.min(elements, (long) Math.ceil(elements * fraction));
  }

  private static Layout sparse(Layout layout, double fraction) {
    long elements = layout.elements();
    long k = k(layout, fraction);
    return Layout.of(
        List.of(
            new TensorSpec(ENDS, DType.I64, List.of((elements + PIECE - 1) / PIECE)),
            new TensorSpec(INDICES, DType.I16, List.of(k)),
            new TensorSpec(VALUES, DType.F32, List.of(k))));
  }

  @Override
  public String codec() {
    return "top-k/" + JsonValue.of(fraction).canonical();
  }

  @Override
  void write(FloatRun run, ByteSink sink) throws IOException {
    if (k == 0) {
      return;
    }
    Largest largest = Largest.of(run, this, k);
    long[] before = {0};
    eachPiece(
        run,
        largest,
        sink,
        (floats, places, found, out) -> {
          before[0] += found;
          out.putLong(before[0]);
        });
    eachPiece(
        run,
        largest,
        sink,
        (floats, places, found, out) -> {
          for (int i = 0; i < found; i++) {
            out.putShort((short) places[i]);
          }
        });
    eachPiece(
        run,
        largest,
        sink,
        (floats, places, found, out) -> {
          for (int i = 0; i < found; i++) {
            out.putFloat(floats[places[i]]);
          }
        });
  }

  /** Writes something of the values that were chosen of a piece. */
  @FunctionalInterface
  private interface Part {
    void put(float[] floats, int[] places, int found, ByteBuffer out);
  }

  private void eachPiece(FloatRun run, Largest largest, ByteSink sink, Part part)
      throws IOException {
    Largest.Chooser chooser = largest.chooser();
    float[] floats = new float[PIECE];
    int[] places = new int[PIECE];
    ByteBuffer out = buffer(2 * PIECE * Float.BYTES);
    for (long piece = 0; piece < pieces(); piece++) {
      int length = pieceLength(piece);
      run.read(piece * PIECE, floats, length);
      part.put(floats, places, chooser.choose(floats, length, places), out);
      if (out.position() > PIECE * Float.BYTES) {
        sink.write(out.flip());
        out.clear();
      }
    }
    sink.write(out.flip());
  }

  @Override
  public Optional<String> flaw(ByteSource file) throws IOException {
    long before = 0;
    for (long piece = 0; piece < pieces(); piece++) {
      long end = end(file, piece);
      if (end < before || end > k || end - before > pieceLength(piece)) {
        return Optional.of(
            "piece " + piece + " ends with value " + end + ", the one before with " + before);
      }
      ShortBuffer places = places(file, before, end);
      int least = 0;
      for (int i = 0; i < places.limit(); i++) {
        int place = places.get(i);
        if (place < least || place >= pieceLength(piece)) {
          return Optional.of(
              "index "
                  + place
                  + " of piece "
                  + piece
                  + ", where at least "
                  + least
                  + " and below "
                  + pieceLength(piece)
                  + " belongs");
        }
        least = place + 1;
      }
      before = end;
    }
    return before == k
        ? Optional.empty()
        : Optional.of("pieces end with value " + before + " of " + k);
  }

  @Override
  void read(ByteSource file, long first, int count, float[] into) throws IOException {
    long piece = first / PIECE;
    int from = (int) (first % PIECE);
    long before = piece == 0 ? 0 : end(file, piece - 1);
    long end = end(file, piece);
    if (before < 0 || end < before || end > k || end - before > PIECE) {
      throw corrupt("piece " + piece + " of values " + before + " to " + end, "ascending ends");
    }
    Arrays.fill(into, 0, count, 0);
    ShortBuffer places = places(file, before, end);
    ByteBuffer bytes = buffer((int) (end - before) * Float.BYTES);
    file.read(values + before * Float.BYTES, bytes);
    FloatBuffer floats = bytes.flip().asFloatBuffer();
    for (int i = 0; i < places.limit(); i++) {
      int place = places.get(i) - from;
      if (place >= 0 && place < count) {
        into[place] = floats.get(i);
      }
    }
  }

  private long end(ByteSource file, long piece) throws IOException {
    ByteBuffer end = buffer(Long.BYTES);
    file.read(ends + piece * Long.BYTES, end);
    return end.getLong(0);
  }

  private ShortBuffer places(ByteSource file, long before, long end) throws IOException {
    ByteBuffer bytes = buffer((int) (end - before) * Short.BYTES);
    file.read(indices + before * Short.BYTES, bytes);
    return bytes.flip().asShortBuffer();
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
