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
import java.util.Arrays;
import java.util.List;

/**
 * Values at places that the key names, which therefore do not travel: of each piece of 16,384
 * values the same number, at least one, every set of places as likely as any other. Scaled by one
 * over the share E[Q(x)] = x; not scaled ‖Q(x) - x‖ ≤ ‖x‖, as error feedback needs it.
 *
 * <p>Source: random mask, Konečný et al., Federated Learning: Strategies for Improving
 * Communication Efficiency, 2016, section 2; scaling: Wangni et al., NeurIPS 2018, section 2.
 * Places: selection sampling, Knuth, TAOCP 2, 3.4.2, algorithm S.
 */
final class MaskedCoding extends Coding {
  private static final String VALUES = "values";

  private final double fraction;
  private final long key;
  private final boolean shared;
  private final boolean scaled;

  MaskedCoding(Layout layout, double fraction, long key, boolean shared, boolean scaled) {
    super(layout, values(layout, fraction));
    this.fraction = fraction;
    this.key = key;
    this.shared = shared;
    this.scaled = scaled;
  }

  private static Layout values(Layout layout, double fraction) {
    long elements = layout.elements();
    int rest = (int) (elements % PIECE);
    long kept = elements / PIECE * kept(PIECE, fraction) + (rest == 0 ? 0 : kept(rest, fraction));
    return Layout.of(List.of(new TensorSpec(VALUES, DType.F32, List.of(kept))));
  }

  private static int kept(int length, double fraction) {
    return (int) Math.max(1, Math.round(length * fraction));
  }

  @Override
  public String codec() {
    return "random-k/"
        + JsonValue.of(fraction).canonical()
        + (shared ? "/shared" : "")
        + (scaled ? "/scaled" : "");
  }

  @Override
  void write(FloatRun values, ByteSink sink) throws IOException {
    float[] floats = new float[PIECE];
    int[] places = new int[kept(PIECE, fraction)];
    ByteBuffer bytes =
        ByteBuffer.allocate(places.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (long piece = 0; piece < pieces(); piece++) {
      int length = pieceLength(piece);
      values.read(piece * PIECE, floats, length);
      requireFinite(floats, length, piece * PIECE);
      int kept = choose(piece, length, places);
      double scale = scaled ? (double) length / kept : 1;
      bytes.clear();
      for (int i = 0; i < kept; i++) {
        float value = (float) (floats[places[i]] * scale);
        if (!Float.isFinite(value)) {
          throw unfit(floats[places[i]], piece * PIECE + places[i], "finite when it is scaled");
        }
        bytes.putFloat(value);
      }
      sink.write(bytes.flip());
    }
  }

  @Override
  public Coding ofDecoded() {
    return new MaskedCoding(layout(), fraction, key, shared, false);
  }

  /** Puts a piece's places into an array, ascending; returns how many. */
  private int choose(long piece, int length, int[] places) {
    int kept = kept(length, fraction);
    long seed = Mixer.bits(key, piece);
    int found = 0;
    for (int i = 0; found < kept; i++) {
      long below = ((Mixer.bits(seed, i) >>> 32) * (length - i)) >>> 32;
      if (below < kept - found) {
        places[found++] = i;
      }
    }
    return kept;
  }

  @Override
  void read(ByteSource file, long first, int count, float[] into) throws IOException {
    long piece = first / PIECE;
    int from = (int) (first % PIECE);
    int length = pieceLength(piece);
    int[] places = new int[kept(length, fraction)];
    int kept = choose(piece, length, places);
    ByteBuffer bytes = ByteBuffer.allocate(kept * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    file.read(dataStart() + piece * kept(PIECE, fraction) * Float.BYTES, bytes);
    FloatBuffer values = bytes.flip().asFloatBuffer();
    Arrays.fill(into, 0, count, 0);
    for (int i = 0; i < kept; i++) {
      int place = places[i] - from;
      if (place >= 0 && place < count) {
        into[place] = values.get(i);
      }
    }
  }
}
