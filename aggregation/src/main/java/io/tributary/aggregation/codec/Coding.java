package io.tributary.aggregation.codec;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.store.SquareSums;
import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Quoted;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.plan.CompressionPlan;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.seed.RandomStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How one group of one update is written: codec, layout and key. What is written is again a
 * canonical safetensors file, of the layout {@link #encoded}; its size follows from codec and
 * layout alone. Decoded, it is read as the canonical file of the group's own layout, block by
 * block. Memory depends on neither. Safe for several threads.
 */
public abstract sealed class Coding
    permits PlainCoding, HalfCoding, BlockCoding, LargestCoding, MaskedCoding {
  /** The word for numbers as they are. */
  public static final String AS_THEY_ARE = "f32";

  /**
   * Elements that are worked on at once, counted from the start of the group: 64 KiB of float32.
   */
  static final int PIECE = 4 * SquareSums.GRANULE;

  private static final String DELTA = "delta";
  private static final String PURPOSE = "codec";

  private final Layout layout;
  private final Layout encoded;
  private final long elements;
  private final long dataStart;

  Coding(Layout layout, Layout encoded) {
    this.layout = requireNonNull(layout, "layout");
    this.encoded = requireNonNull(encoded, "encoded");
    elements = layout.elements();
    dataStart = Safetensors.canonicalHeader(encoded).length;
  }

  /** Numbers as they are, of whatever type. */
  public static Coding plain(Layout layout) {
    return new PlainCoding(layout);
  }

  /**
   * The coding of one node's deltas in one round. The attempt does not enter: whoever trains again
   * writes the same bytes.
   */
  public static Coding ofDelta(Plan plan, Layout layout, AssignmentId assignment) {
    CompressionPlan compression = plan.federation().compression();
    if (compression.isNone()) {
      return plain(layout);
    }
    String node = compression.sharedMask() ? RandomStreams.COORDINATOR : assignment.node().value();
    long key = new RandomStreams(plan.seed()).key(assignment.round().round(), node, PURPOSE);
    return of(compression, layout, key);
  }

  /** The coding of deltas as far as it is the same for all nodes and rounds: not for numbers. */
  public static Coding ofDeltas(Plan plan, Layout layout) {
    return of(plan.federation().compression(), layout, 0);
  }

  /** The {@link #codec} of a group of a plan: deltas may be compressed, nothing else ever is. */
  public static String codecOf(Plan plan, String group) {
    return group.equals(DELTA) ? ofDeltas(plan, Layout.of(List.of())).codec() : AS_THEY_ARE;
  }

  /**
   * A coding.
   *
   * @param layout of F32 tensors, but for plain
   * @param key of whatever is random
   */
  public static Coding of(CompressionPlan plan, Layout layout, long key) {
    if (!plan.isNone()) {
      layout.tensors().forEach(Coding::requireFloat);
    }
    return switch (plan.codec()) {
      case NONE -> plain(layout);
      case BF16 -> new HalfCoding(layout, DType.BF16);
      case F16 -> new HalfCoding(layout, DType.F16);
      case INT8 -> new BlockCoding(layout, BlockForm.bytes(plan.block()), plan.stochastic(), key);
      case INT4 -> new BlockCoding(layout, BlockForm.nibbles(plan.block()), plan.stochastic(), key);
      case TOP_K -> new LargestCoding(layout, plan.fraction());
      case RANDOM_K ->
          new MaskedCoding(layout, plan.fraction(), key, plan.sharedMask(), !plan.errorFeedback());
    };
  }

  private static void requireFloat(TensorSpec tensor) {
    if (tensor.dtype() != DType.F32) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "federation.compression, tensor " + Quoted.of(tensor.name()),
          tensor.form(),
          "F32",
          "Leave it out of what is trained, or compress nothing.");
    }
  }

  /** What is written, with all that decoding needs: {@code f32}, {@code int8/256} … */
  public abstract String codec();

  /** The layout of the decoded group. */
  public final Layout layout() {
    return layout;
  }

  /** The layout of the file that travels. */
  public final Layout encoded() {
    return encoded;
  }

  /** How many bytes the file that travels has. */
  public final long bytes() {
    return Safetensors.canonicalSize(encoded);
  }

  /** Where the data of the file that travels start, in bytes. */
  final long dataStart() {
    return dataStart;
  }

  /** The same file of numbers that were decoded before, so that they are scaled once only. */
  public Coding ofDecoded() {
    return this;
  }

  /** Elements of the group. */
  final long elements() {
    return elements;
  }

  /** Names codec and layout; of numbers as they are it is the layout's own digest. */
  public Digest digest() {
    return Digest.ofUtf8(
        JsonValue.object()
            .put("codec", codec())
            .put("layout", layout.digest().toString())
            .build()
            .canonical());
  }

  /**
   * Writes the file.
   *
   * @param values of the group; a codec may read them several times
   * @throws FederationException REFUSED where a number is not finite, or the codec can't hold it
   */
  public final void encode(FloatRun values, ByteSink sink) throws IOException {
    sink.write(ByteBuffer.wrap(Safetensors.canonicalHeader(encoded)));
    write(values, sink);
  }

  /** What the bytes of a file with the right header and size say that can't be so. */
  public Optional<String> flaw(ByteSource file) throws IOException {
    return Optional.empty();
  }

  /** The canonical file of the group's layout, as a file without a flaw says it. */
  public ByteSource decode(ByteSource file) {
    return new DecodedSource(this, file);
  }

  abstract void write(FloatRun values, ByteSink sink) throws IOException;

  /**
   * Decodes numbers.
   *
   * @param first no piece's end lies between it and the last
   * @param count 1 to {@link #PIECE}
   */
  abstract void read(ByteSource file, long first, int count, float[] into) throws IOException;

  /** Where the data of a tensor starts in the file. */
  final long start(String name) {
    long at = dataStart;
    for (TensorSpec tensor : encoded.tensors()) {
      if (tensor.name().equals(name)) {
        return at;
      }
      at += tensor.bytes();
    }
    throw new IllegalArgumentException("no tensor " + name);
  }

  /** How many pieces the group has. */
  final long pieces() {
    return (elements + PIECE - 1) / PIECE;
  }

  /** Elements of a piece. */
  final int pieceLength(long piece) {
    return (int) Math.min(PIECE, elements - piece * PIECE);
  }

  /** Refuses numbers that are not finite. */
  final void requireFinite(float[] values, int count, long first) {
    for (int i = 0; i < count; i++) {
      if (!Float.isFinite(values[i])) {
        throw unfit(values[i], first + i, "finite values");
      }
    }
  }

  final FederationException unfit(float value, long element, String rule) {
    return FederationException.of(
        ErrorKind.REFUSED,
        "tensor " + Quoted.of(layout.at(element * Float.BYTES).name()) + " of the update",
        value,
        rule,
        "Lower the learning rate, or clip gradients.");
  }

  static FederationException corrupt(String found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT,
        "compressed group",
        found,
        rule,
        "Check the disk; the file was right when it was accepted.");
  }
}
