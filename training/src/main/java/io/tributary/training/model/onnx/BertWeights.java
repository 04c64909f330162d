package io.tributary.training.model.onnx;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.onnx.OnnxGraph.Node;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The weights of a BERT encoder in an ONNX file, under the names that Hugging Face gives them. What
 * PyTorch's exporter folds into a multiplication loses its name and is transposed; the name is
 * found again from the scope of the node that uses it.
 */
final class BertWeights {
  private static final int BLOCK = 1 << 16;
  private static final int LARGEST_MATRIX_BYTES = 1 << 28;
  private static final String WORDS = "embeddings.word_embeddings.weight";
  private static final String POSITIONS = "embeddings.position_embeddings.weight";
  private static final String TYPES = "embeddings.token_type_embeddings.weight";

  private final Map<String, Weight> weights;
  private final Shape shape;

  private BertWeights(Map<String, Weight> weights, Shape shape) {
    this.weights = weights;
    this.shape = shape;
  }

  /** A tensor of the file, perhaps transposed there. */
  private record Weight(OnnxTensor tensor, boolean transposed) {
    List<Long> shape() {
      List<Long> own = tensor.shape();
      return transposed ? List.of(own.get(1), own.get(0)) : own;
    }
  }

  /** The sizes of a BERT encoder. */
  record Shape(
      long vocabulary, long positions, long types, long hidden, long intermediate, int layers) {}

  static BertWeights of(OnnxGraph graph) {
    Map<String, Weight> weights = new HashMap<>();
    for (OnnxTensor tensor : graph.tensors().values()) {
      if (OnnxTensor.QUANTISED.contains(tensor.dataType()) && tensor.elements() > 1) {
        throw refused(
            "tensor \"" + tensor.name() + "\" is quantised", "float32 weights", "Use that file.");
      }
      if (tensor.dataType() == OnnxTensor.FLOAT) {
        weights.put(withoutPrefix(tensor.name()), new Weight(tensor, false));
      }
    }
    for (Node node : graph.nodes()) {
      named(node, graph).ifPresent(entry -> weights.put(entry.getKey(), entry.getValue()));
    }
    Shape shape = shape(weights);
    Map<String, Weight> kept = new HashMap<>();
    for (TensorSpec wanted : layout(shape).tensors()) {
      kept.put(wanted.name(), found(weights, wanted));
    }
    return new BertWeights(kept, shape);
  }

  Shape shape() {
    return shape;
  }

  Layout layout() {
    return layout(shape);
  }

  /** Writes the weights as safetensors with the metadata that transformers expects. */
  void write(ByteSource from, ByteSink into) throws IOException {
    into.write(ByteBuffer.wrap(Safetensors.header(layout(), Map.of("format", "pt"))));
    for (TensorSpec tensor : layout().tensors()) {
      Weight weight = found(weights, tensor);
      if (weight.transposed()) {
        into.write(transposed(from, weight.tensor()));
      } else {
        copy(from, weight.tensor().data(), into);
      }
    }
  }

  private static Optional<Map.Entry<String, Weight>> named(Node node, OnnxGraph graph) {
    if (!node.type().equals("MatMul") || node.inputs().size() != 2) {
      return Optional.empty();
    }
    OnnxTensor tensor = graph.tensors().get(node.inputs().get(1));
    String scope = node.name().replaceAll("^/|/[^/]*$", "").replace('/', '.');
    if (tensor == null
        || scope.isEmpty()
        || tensor.dataType() != OnnxTensor.FLOAT
        || tensor.shape().size() != 2) {
      return Optional.empty();
    }
    if (tensor.data().length() > LARGEST_MATRIX_BYTES) {
      throw refused(
          "matrix \"" + scope + "\" of " + tensor.data().length() + " bytes",
          "at most " + LARGEST_MATRIX_BYTES,
          "Use a smaller model.");
    }
    return Optional.of(Map.entry(withoutPrefix(scope) + ".weight", new Weight(tensor, true)));
  }

  private static String withoutPrefix(String name) {
    return name.startsWith("bert.") ? name.substring("bert.".length()) : name;
  }

  private static Shape shape(Map<String, Weight> weights) {
    List<Long> words = matrix(weights, WORDS);
    int layers = 0;
    while (weights.containsKey("encoder.layer." + layers + ".intermediate.dense.weight")) {
      layers++;
    }
    if (layers == 0) {
      throw refused("no encoder layer", "a BERT encoder exported by PyTorch", "Use such a file.");
    }
    return new Shape(
        words.get(0),
        matrix(weights, POSITIONS).get(0),
        matrix(weights, TYPES).get(0),
        words.get(1),
        matrix(weights, "encoder.layer.0.intermediate.dense.weight").get(0),
        layers);
  }

  private static List<Long> matrix(Map<String, Weight> weights, String name) {
    Weight weight = weights.get(name);
    if (weight == null || weight.shape().size() != 2) {
      throw refused(
          "no matrix \"" + name + "\"", "a BERT encoder exported by PyTorch", "Use such a file.");
    }
    return weight.shape();
  }

  private static Weight found(Map<String, Weight> weights, TensorSpec wanted) {
    Weight weight = weights.get(wanted.name());
    if (weight == null || !weight.shape().equals(wanted.shape())) {
      throw refused(
          "tensor \""
              + wanted.name()
              + "\" "
              + (weight == null ? "missing" : "of shape " + weight.shape()),
          "shape " + wanted.shape(),
          "Use a BERT encoder exported by PyTorch.");
    }
    return weight;
  }

  private static Layout layout(Shape s) {
    List<TensorSpec> tensors = new ArrayList<>();
    add(tensors, WORDS, s.vocabulary(), s.hidden());
    add(tensors, POSITIONS, s.positions(), s.hidden());
    add(tensors, TYPES, s.types(), s.hidden());
    addNorm(tensors, "embeddings.LayerNorm", s.hidden());
    for (int layer = 0; layer < s.layers(); layer++) {
      String prefix = "encoder.layer." + layer + ".";
      for (String part : List.of("self.query", "self.key", "self.value", "output.dense")) {
        addDense(tensors, prefix + "attention." + part, s.hidden(), s.hidden());
      }
      addNorm(tensors, prefix + "attention.output.LayerNorm", s.hidden());
      addDense(tensors, prefix + "intermediate.dense", s.intermediate(), s.hidden());
      addDense(tensors, prefix + "output.dense", s.hidden(), s.intermediate());
      addNorm(tensors, prefix + "output.LayerNorm", s.hidden());
    }
    addDense(tensors, "pooler.dense", s.hidden(), s.hidden());
    return Layout.of(tensors);
  }

  private static void addDense(List<TensorSpec> tensors, String name, long out, long in) {
    add(tensors, name + ".weight", out, in);
    add(tensors, name + ".bias", out);
  }

  private static void addNorm(List<TensorSpec> tensors, String name, long size) {
    add(tensors, name + ".weight", size);
    add(tensors, name + ".bias", size);
  }

  private static void add(List<TensorSpec> tensors, String name, Long... shape) {
    tensors.add(new TensorSpec(name, DType.F32, List.of(shape)));
  }

  /** One matrix at a time is held in memory: the largest has hidden × intermediate elements. */
  private static ByteBuffer transposed(ByteSource from, OnnxTensor tensor) throws IOException {
    int rows = Math.toIntExact(tensor.shape().get(0));
    int columns = Math.toIntExact(tensor.shape().get(1));
    int bytes = Math.toIntExact(tensor.data().length());
    ByteBuffer in = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    from.read(tensor.data().position(), in);
    in.flip();
    ByteBuffer out = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    for (int column = 0; column < columns; column++) {
      for (int row = 0; row < rows; row++) {
        out.putInt(in.getInt(Integer.BYTES * (row * columns + column)));
      }
    }
    return out.flip();
  }

  private static void copy(ByteSource from, WireReader.Range range, ByteSink into)
      throws IOException {
    ByteBuffer block = ByteBuffer.allocate(BLOCK);
    for (long at = range.position(); at < range.end(); at += block.limit()) {
      block.clear().limit((int) Math.min(BLOCK, range.end() - at));
      from.read(at, block);
      into.write(block.flip());
    }
  }

  private static FederationException refused(String found, String rule, String remedy) {
    return FederationException.of(ErrorKind.INVALID_DATA, "ONNX model", found, rule, remedy);
  }
}
