package io.tributary.training.model.onnx;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.onnx.WireReader.Range;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tensors and nodes of an ONNX file. Field numbers are those of the public schema onnx.proto.
 * Only the structure is held in memory, never the weights.
 *
 * @param tensors by name
 */
record OnnxGraph(Map<String, OnnxTensor> tensors, List<Node> nodes) {
  private static final int MODEL_GRAPH = 7;
  private static final int GRAPH_NODE = 1;
  private static final int GRAPH_INITIALIZER = 5;
  private static final int NODE_INPUT = 1;
  private static final int NODE_NAME = 3;
  private static final int NODE_TYPE = 4;
  private static final int TENSOR_DIMS = 1;
  private static final int TENSOR_TYPE = 2;
  private static final int TENSOR_FLOATS = 4;
  private static final int TENSOR_NAME = 8;
  private static final int TENSOR_RAW = 9;
  private static final int TENSOR_LOCATION = 14;

  private static final int MOST_TENSORS = 100_000;
  private static final int MOST_NODES = 1_000_000;
  private static final int MOST_INPUTS = 10_000;
  private static final int MOST_DIMENSIONS = 16;

  /** One operation of the graph. */
  record Node(String name, String type, List<String> inputs) {
    Node {
      inputs = List.copyOf(inputs);
    }
  }

  /** Reads the structure; whatever is not a sound ONNX file is refused with kind CORRUPT. */
  static OnnxGraph read(ByteSource source) throws IOException {
    try {
      var model = new WireReader(source, 0, source.size());
      @Nullable WireReader graph = null;
      while (model.next()) {
        if (model.is(MODEL_GRAPH, WireReader.BYTES)) {
          graph = model.message();
        }
      }
      if (graph == null) {
        throw corrupt("no graph", "a model with a graph");
      }
      return graph(graph);
    } catch (EOFException | ArithmeticException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "ONNX file: shorter than its lengths say (expected: a whole file). Fetch it again.",
          e);
    }
  }

  private static OnnxGraph graph(WireReader graph) throws IOException {
    Map<String, OnnxTensor> tensors = new LinkedHashMap<>();
    List<Node> nodes = new ArrayList<>();
    while (graph.next()) {
      if (graph.is(GRAPH_INITIALIZER, WireReader.BYTES)) {
        OnnxTensor tensor = tensor(graph.message());
        if (tensors.putIfAbsent(tensor.name(), tensor) != null) {
          throw corrupt("tensor \"" + tensor.name() + "\" twice", "each name once");
        }
      } else if (graph.is(GRAPH_NODE, WireReader.BYTES)) {
        nodes.add(node(graph.message()));
      }
      if (tensors.size() > MOST_TENSORS || nodes.size() > MOST_NODES) {
        throw corrupt("too many tensors or nodes", MOST_TENSORS + " and " + MOST_NODES);
      }
    }
    return new OnnxGraph(tensors, nodes);
  }

  private static Node node(WireReader node) throws IOException {
    String name = "";
    String type = "";
    List<String> inputs = new ArrayList<>();
    while (node.next()) {
      if (node.is(NODE_INPUT, WireReader.BYTES)) {
        inputs.add(node.text());
      } else if (node.is(NODE_NAME, WireReader.BYTES)) {
        name = node.text();
      } else if (node.is(NODE_TYPE, WireReader.BYTES)) {
        type = node.text();
      }
      if (inputs.size() > MOST_INPUTS) {
        throw corrupt("a node of many inputs", "at most " + MOST_INPUTS);
      }
    }
    return new Node(name, type, inputs);
  }

  private static OnnxTensor tensor(WireReader tensor) throws IOException {
    List<Long> shape = new ArrayList<>();
    String name = "";
    int type = 0;
    @Nullable Range data = null;
    while (tensor.next()) {
      if (tensor.is(TENSOR_DIMS, WireReader.VARINT)) {
        shape.add(tensor.number());
      } else if (tensor.is(TENSOR_DIMS, WireReader.BYTES)) {
        Arrays.stream(tensor.packed(MOST_DIMENSIONS)).forEach(shape::add);
      } else if (tensor.is(TENSOR_TYPE, WireReader.VARINT)) {
        type = (int) Math.min(tensor.number() & Long.MAX_VALUE, Integer.MAX_VALUE);
      } else if (tensor.is(TENSOR_NAME, WireReader.BYTES)) {
        name = tensor.text();
      } else if (tensor.is(TENSOR_RAW, WireReader.BYTES)
          || tensor.is(TENSOR_FLOATS, WireReader.BYTES)) {
        data = tensor.range();
      } else if (tensor.is(TENSOR_LOCATION, WireReader.VARINT) && tensor.number() != 0) {
        throw corrupt("tensor \"" + name + "\" in another file", "all tensors in one file");
      }
      if (shape.size() > MOST_DIMENSIONS) {
        throw corrupt("a tensor of many dimensions", "at most " + MOST_DIMENSIONS);
      }
    }
    var result = new OnnxTensor(name, shape, type, data == null ? new Range(0, 0) : data);
    check(result);
    return result;
  }

  private static void check(OnnxTensor tensor) {
    if (tensor.shape().stream().anyMatch(size -> size < 0)) {
      throw corrupt("tensor \"" + tensor.name() + "\" of a negative size", "sizes from 0");
    }
    long bytes = Math.multiplyExact(tensor.elements(), (long) Float.BYTES);
    if (tensor.dataType() == OnnxTensor.FLOAT && bytes != tensor.data().length()) {
      throw corrupt(
          "tensor \"" + tensor.name() + "\" with " + tensor.data().length() + " bytes",
          "as many as its shape " + tensor.shape() + " takes");
    }
  }

  private static FederationException corrupt(String found, String rule) {
    return FederationException.of(
        ErrorKind.CORRUPT, "ONNX file", found, rule, "Fetch the file again.");
  }
}
