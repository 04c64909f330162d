package io.tributary.training.model;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.Digest;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Writes weights as safetensors, block by block, narrowed and in shards as asked. */
final class WeightFiles {
  private static final int BLOCK_BYTES = 1 << 20;

  private final WeightSource source;
  private final ExportForm form;
  private final ByteBuffer block = block();
  private final ByteBuffer narrow = block();

  WeightFiles(WeightSource source, ExportForm form) {
    this.source = source;
    this.form = form;
  }

  private static ByteBuffer block() {
    return ByteBuffer.allocateDirect(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Writes {@code model.safetensors}, or shards with an index where one file would be too long.
   *
   * @return the digest of the file, or of the index; the size of all weights' files
   */
  WrittenTensors writeModel(Collection<ParameterSpec> parameters, Path folder) throws IOException {
    List<List<TensorSpec>> shards = shards(parameters);
    if (shards.size() == 1) {
      return write(shards.get(0), UnaryOperator.identity(), folder.resolve(BaseModel.WEIGHTS));
    }
    Map<String, JsonValue> places = new TreeMap<>();
    long size = 0;
    for (int i = 0; i < shards.size(); i++) {
      String name = String.format("model-%05d-of-%05d.safetensors", i + 1, shards.size());
      size += write(shards.get(i), UnaryOperator.identity(), folder.resolve(name)).size();
      shards.get(i).forEach(tensor -> places.put(tensor.name(), JsonValue.of(name)));
    }
    String index = index(shards, places).canonical() + "\n";
    Files.writeString(folder.resolve(BaseModel.INDEX), index, UTF_8);
    return new WrittenTensors(Digest.ofUtf8(index), size);
  }

  private static JsonObject index(List<List<TensorSpec>> shards, Map<String, JsonValue> places) {
    long bytes = shards.stream().flatMap(List::stream).mapToLong(TensorSpec::bytes).sum();
    return JsonValue.object()
        .put("metadata", JsonValue.object().put("total_size", bytes).build())
        .put("weight_map", JsonValue.object(places))
        .build();
  }

  /** In canonical order, each filled as far as it goes; a tensor that is too long has its own. */
  private List<List<TensorSpec>> shards(Collection<ParameterSpec> parameters) {
    List<List<TensorSpec>> shards = new ArrayList<>(List.of(new ArrayList<>()));
    long size = 0;
    for (TensorSpec tensor : layout(parameters).tensors()) {
      if (size > 0 && size + tensor.bytes() > form.shardBytes()) {
        shards.add(new ArrayList<>());
        size = 0;
      }
      shards.get(shards.size() - 1).add(tensor);
      size += tensor.bytes();
    }
    return shards;
  }

  /**
   * Writes one file.
   *
   * @param naming the file's name of each parameter
   */
  WrittenTensors writeOne(
      Collection<ParameterSpec> parameters, UnaryOperator<String> naming, Path file)
      throws IOException {
    return write(layout(parameters).tensors(), naming, file);
  }

  private Layout layout(Collection<ParameterSpec> parameters) {
    return Layout.of(
        parameters.stream().map(p -> new TensorSpec(p.name(), dtype(p), p.shape())).toList());
  }

  /** Counters stay whole numbers. */
  private DType dtype(ParameterSpec parameter) {
    return parameter.role() == ParameterSpec.Role.COUNTER ? DType.I64 : form.dtype();
  }

  private WrittenTensors write(List<TensorSpec> tensors, UnaryOperator<String> naming, Path file)
      throws IOException {
    Map<String, String> sources = new HashMap<>();
    tensors.forEach(tensor -> sources.put(naming.apply(tensor.name()), tensor.name()));
    Layout named =
        Layout.of(
            tensors.stream()
                .map(t -> new TensorSpec(naming.apply(t.name()), t.dtype(), t.shape()))
                .toList());
    return DigestingSink.write(
        file,
        sink -> {
          sink.write(ByteBuffer.wrap(Safetensors.header(named, Map.of("format", "pt"))));
          for (TensorSpec tensor : named.tensors()) {
            write(tensor, requireNonNull(sources.get(tensor.name())), sink);
          }
        });
  }

  private void write(TensorSpec tensor, String name, ByteSink sink) throws IOException {
    int each = tensor.dtype() == DType.I64 ? Long.BYTES : Float.BYTES;
    for (long at = 0; at < tensor.elements(); at += BLOCK_BYTES / each) {
      block.clear();
      block.limit((int) Math.min(BLOCK_BYTES, (tensor.elements() - at) * each));
      source.read(name, at, block);
      block.flip();
      if (tensor.dtype() == DType.I64 || tensor.dtype() == DType.F32) {
        sink.write(block);
      } else {
        narrow.clear();
        while (block.hasRemaining()) {
          narrow.putShort(HalfFloats.narrow(form.dtype(), block.getFloat(), name));
        }
        sink.write(narrow.flip());
      }
    }
  }
}
