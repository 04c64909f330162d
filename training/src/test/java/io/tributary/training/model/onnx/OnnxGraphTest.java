package io.tributary.training.model.onnx;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The wire reader and the names of weights, on small files made here. */
class OnnxGraphTest {
  private static byte[] bytes(byte[]... parts) {
    var out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }

  private static byte[] varint(long value) {
    var out = new ByteArrayOutputStream();
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) (rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write((int) rest);
    return out.toByteArray();
  }

  private static byte[] field(int number, byte[] content) {
    return bytes(varint(number << 3 | 2), varint(content.length), content);
  }

  private static byte[] field(int number, String text) {
    return field(number, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] field(int number, long value) {
    return bytes(varint(number << 3), varint(value));
  }

  private static byte[] tensor(String name, int type, long... shape) {
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    ByteBuffer data = ByteBuffer.allocate(4 * elements).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < elements; i++) {
      data.putFloat(i);
    }
    return tensor(name, type, data.array(), shape);
  }

  private static byte[] tensor(String name, int type, byte[] data, long... shape) {
    byte[][] dims = Arrays.stream(shape).mapToObj(d -> field(1, d)).toArray(byte[][]::new);
    return field(5, bytes(bytes(dims), field(2, type), field(8, name), field(9, data)));
  }

  private static byte[] node(String type, String name, String... inputs) {
    byte[][] in = Arrays.stream(inputs).map(i -> field(1, i)).toArray(byte[][]::new);
    return field(1, bytes(bytes(in), field(3, name), field(4, type)));
  }

  private static byte[] model(byte[]... graph) {
    return bytes(field(1, 7), field(7, bytes(graph)));
  }

  private static OnnxGraph read(byte[] file) throws IOException {
    return OnnxGraph.read(ByteSource.of(file));
  }

  private static FederationException refusal(byte[] file) {
    return assertThrows(FederationException.class, () -> read(file));
  }

  /** A BERT of one layer, hidden size 2, with one weight folded into a multiplication. */
  private static byte[] smallBert(byte[] query) {
    String layer = "encoder.layer.0.";
    return model(
        query,
        node("MatMul", "/bert/encoder/layer.0/attention/self/query/MatMul", "x", "onnx::MatMul_1"),
        tensor("bert.embeddings.word_embeddings.weight", 1, 3, 2),
        tensor("embeddings.position_embeddings.weight", 1, 4, 2),
        tensor("embeddings.token_type_embeddings.weight", 1, 2, 2),
        tensor("embeddings.LayerNorm.weight", 1, 2),
        tensor("embeddings.LayerNorm.bias", 1, 2),
        tensor(layer + "attention.self.query.bias", 1, 2),
        tensor(layer + "attention.self.key.weight", 1, 2, 2),
        tensor(layer + "attention.self.key.bias", 1, 2),
        tensor(layer + "attention.self.value.weight", 1, 2, 2),
        tensor(layer + "attention.self.value.bias", 1, 2),
        tensor(layer + "attention.output.dense.weight", 1, 2, 2),
        tensor(layer + "attention.output.dense.bias", 1, 2),
        tensor(layer + "attention.output.LayerNorm.weight", 1, 2),
        tensor(layer + "attention.output.LayerNorm.bias", 1, 2),
        tensor(layer + "intermediate.dense.weight", 1, 3, 2),
        tensor(layer + "intermediate.dense.bias", 1, 3),
        tensor(layer + "output.dense.weight", 1, 2, 3),
        tensor(layer + "output.dense.bias", 1, 2),
        tensor(layer + "output.LayerNorm.weight", 1, 2),
        tensor(layer + "output.LayerNorm.bias", 1, 2),
        tensor("pooler.dense.weight", 1, 2, 2),
        tensor("pooler.dense.bias", 1, 2));
  }

  @Test
  void weights_foldedMatrix_isNamedByItsScopeAndTransposed() throws IOException {
    byte[] file = smallBert(tensor("onnx::MatMul_1", 1, 2, 2));
    BertWeights weights = BertWeights.of(read(file));
    assertEquals(new BertWeights.Shape(3, 4, 2, 2, 3, 1), weights.shape());
    var out = new ByteArrayOutputStream();
    ByteSink sink =
        buffer -> {
          byte[] part = new byte[buffer.remaining()];
          buffer.get(part);
          out.writeBytes(part);
        };
    weights.write(ByteSource.of(file), sink);
    ByteSource written = ByteSource.of(out.toByteArray());
    var header = io.tributary.aggregation.tensor.Safetensors.read(written);
    Long at = header.positions().get("encoder.layer.0.attention.self.query.weight");
    ByteBuffer query = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
    written.read(java.util.Objects.requireNonNull(at), query);
    query.flip();
    assertEquals(
        List.of(0f, 2f, 1f, 3f),
        List.of(query.getFloat(), query.getFloat(), query.getFloat(), query.getFloat()));
  }

  @Test
  void weights_missingOrWrong_areRefusedByName() throws IOException {
    OnnxGraph missing = read(smallBert(tensor("other", 1, 2, 2)));
    String sentence =
        assertThrows(FederationException.class, () -> BertWeights.of(missing)).sentence();
    assertTrue(sentence.contains("attention.self.query.weight\" missing"), sentence);
    OnnxGraph wrong = read(smallBert(tensor("onnx::MatMul_1", 1, 2, 3)));
    sentence = assertThrows(FederationException.class, () -> BertWeights.of(wrong)).sentence();
    assertTrue(sentence.contains("of shape [3, 2]"), sentence);
  }

  @Test
  void weights_quantised_areRefused() throws IOException {
    OnnxGraph graph = read(smallBert(tensor("onnx::MatMul_1", 3, new byte[4], 2, 2)));
    FederationException refusal =
        assertThrows(FederationException.class, () -> BertWeights.of(graph));
    assertEquals(ErrorKind.INVALID_DATA, refusal.kind());
    assertTrue(refusal.sentence().contains("quantised"));
  }

  @Test
  void read_hostileFiles_areCorrupt() {
    byte[] one = tensor("a", 1, 2);
    byte[] eleven = new byte[11];
    Arrays.fill(eleven, (byte) 0xff);
    List<byte[]> hostile =
        List.of(
            new byte[0],
            field(1, 7),
            eleven,
            new byte[] {0x3a, 0x7f},
            new byte[] {0x3b, 0x00},
            new byte[] {0x00, 0x00},
            bytes(varint(7 << 3 | 2), varint(Long.MAX_VALUE)),
            bytes(varint(7 << 3 | 2), varint(-1L)),
            model(one, one),
            model(tensor("a", 1, new byte[4], 2)),
            model(tensor("a", 1, new byte[4], -1)),
            model(tensor("a", 1, new byte[4], Long.MAX_VALUE, 3)),
            model(tensor("a", 3, new byte[4], Long.MAX_VALUE, 3)),
            model(field(5, bytes(field(8, "a"), field(14, 1)))),
            model(field(5, field(8, "x".repeat(5_000)))),
            model(field(5, field(8, new byte[] {(byte) 0xff}))),
            model(field(5, field(1, new byte[100]))));
    for (byte[] file : hostile) {
      FederationException refusal = refusal(file);
      assertEquals(ErrorKind.CORRUPT, refusal.kind(), refusal.sentence());
    }
  }

  /** Seeded damage: whatever happens to a sound file, the answer is a graph or CORRUPT. */
  @Test
  void read_damagedFiles_neverFailOtherwise() throws IOException {
    byte[] sound = smallBert(tensor("onnx::MatMul_1", 1, 2, 2));
    var random = new SplittableRandom(11);
    for (int i = 0; i < 3_000; i++) {
      byte[] file =
          random.nextInt(4) == 0
              ? Arrays.copyOf(sound, random.nextInt(sound.length))
              : sound.clone();
      for (int k = 0; k < 1 + random.nextInt(4) && file.length > 0; k++) {
        file[random.nextInt(file.length)] = (byte) random.nextInt(256);
      }
      try {
        BertWeights.of(read(file));
      } catch (FederationException e) {
        assertTrue(
            e.kind() == ErrorKind.CORRUPT || e.kind() == ErrorKind.INVALID_DATA, e.sentence());
      }
    }
  }
}
