package io.tributary.training.parity;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One golden folder: {@code case.json} and the tensors of {@code case.safetensors}, as doubles. */
final class GoldenFolder {
  private final Path folder;
  private final JsonObject json;
  private final Map<String, TensorSpec> specs = new LinkedHashMap<>();
  private final Map<String, double[]> tensors = new LinkedHashMap<>();

  GoldenFolder(Path folder) {
    this.folder = folder;
    try {
      json = (JsonObject) JsonReader.read(Files.readAllBytes(folder.resolve("case.json")));
      Path file = folder.resolve("case.safetensors");
      if (Files.exists(file)) {
        read(Files.readAllBytes(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("reading the golden folder " + folder, e);
    }
  }

  private void read(byte[] bytes) throws IOException {
    SafetensorsHeader header = Safetensors.read(ByteSource.of(bytes));
    for (TensorSpec spec : header.layout().tensors()) {
      specs.put(spec.name(), spec);
      int position = Math.toIntExact(requireNonNull(header.positions().get(spec.name())));
      ByteBuffer data =
          ByteBuffer.wrap(bytes, position, Math.toIntExact(spec.bytes()))
              .order(ByteOrder.LITTLE_ENDIAN);
      double[] values = new double[Math.toIntExact(spec.elements())];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (spec.dtype()) {
              case F32 -> data.getFloat();
              case F64 -> data.getDouble();
              case I64 -> data.getLong();
              default -> throw new IllegalStateException("golden tensor of " + spec.dtype());
            };
      }
      tensors.put(spec.name(), values);
    }
  }

  String name() {
    return folder.getFileName().toString();
  }

  Path folder() {
    return folder;
  }

  /** The folder of the model, which lies apart where there is an adapter too. */
  Path base() {
    return isAdapted() ? folder.resolve("base") : folder;
  }

  /** Whether there is an adapter folder beside the model's. */
  boolean isAdapted() {
    return Files.exists(folder.resolve("adapter"));
  }

  /** The class of transformers that the case was made with. */
  String modelClass() {
    return find("model_class").map(GoldenFolder::text).orElseGet(this::configuredClass);
  }

  private String configuredClass() {
    return config().find("architectures").orElse(null) instanceof JsonArray classes
        ? text(classes.items().get(0))
        : "";
  }

  /** What transformers takes the labels for: {@code problem_type} of the configuration. */
  String problem() {
    return config().find("problem_type").orElse(null) instanceof JsonString word
        ? word.value()
        : "";
  }

  private JsonObject config() {
    try {
      return (JsonObject) JsonReader.read(Files.readAllBytes(base().resolve("config.json")));
    } catch (IOException e) {
      throw new UncheckedIOException("reading the golden folder " + folder, e);
    }
  }

  boolean has(String tensor) {
    return tensors.containsKey(tensor);
  }

  List<String> names() {
    return List.copyOf(tensors.keySet());
  }

  double[] tensor(String name) {
    return requireNonNull(tensors.get(name), name);
  }

  int size(String name, int axis) {
    return Math.toIntExact(requireNonNull(specs.get(name), name).shape().get(axis));
  }

  int axes(String name) {
    return requireNonNull(specs.get(name), name).shape().size();
  }

  /** Whether a tensor holds whole numbers. */
  boolean isWhole(String name) {
    return requireNonNull(specs.get(name), name).dtype() == DType.I64;
  }

  /** A tensor of two axes, row by row, as whole numbers. */
  int[][] rows(String name) {
    int rows = size(name, 0);
    int columns = size(name, 1);
    int[][] all = new int[rows][columns];
    for (int i = 0; i < rows * columns; i++) {
      all[i / columns][i % columns] = (int) tensor(name)[i];
    }
    return all;
  }

  int[] integers(String name) {
    double[] values = tensor(name);
    int[] integers = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      integers[i] = (int) values[i];
    }
    return integers;
  }

  /** The value at a path of keys; empty where one is missing or null. */
  Optional<JsonValue> find(String... path) {
    JsonValue value = json;
    for (String key : path) {
      JsonValue next = value instanceof JsonObject object ? object.find(key).orElse(null) : null;
      if (next == null || next instanceof JsonValue.JsonNull) {
        return Optional.empty();
      }
      value = next;
    }
    return Optional.of(value);
  }

  /** Whether a flag is there and set. */
  boolean isTrue(String... path) {
    return find(path).filter(value -> value.canonical().equals("true")).isPresent();
  }

  double number(String... path) {
    return number(find(path).orElseThrow(() -> new IllegalStateException(String.join(".", path))));
  }

  boolean flag(String... path) {
    return find(path).filter(value -> value.canonical().equals("true")).isPresent();
  }

  double number(double byDefault, String... path) {
    return find(path).map(GoldenFolder::number).orElse(byDefault);
  }

  static double number(JsonValue value) {
    if (value instanceof JsonNumber number) {
      return number.value().doubleValue();
    }
    throw new IllegalStateException("no number: " + value.canonical());
  }

  static String text(JsonValue value) {
    if (value instanceof JsonString text) {
      return text.value();
    }
    throw new IllegalStateException("no text: " + value.canonical());
  }

  List<JsonValue> items(String... path) {
    if (find(path).orElse(null) instanceof JsonArray array) {
      return array.items();
    }
    throw new IllegalStateException("no list: " + String.join(".", path));
  }

  static double[] numbers(List<JsonValue> items) {
    List<Double> numbers = new ArrayList<>();
    items.forEach(item -> numbers.add(number(item)));
    return numbers.stream().mapToDouble(Double::doubleValue).toArray();
  }

  Comparison compare(String quantity, String rule) {
    return new Comparison(
        name(), quantity, number("tolerance", rule, "atol"), number("tolerance", rule, "rtol"));
  }

  /** The two allowances of the golden set's README for what AdamW makes of tiny gradients. */
  Comparison.Allowance allowance(String step, String parameter) {
    JsonObject exception =
        (JsonObject) find("tolerance_exceptions", step + "." + parameter).orElse(null);
    double below = number(0, "tiny_gradient", "below");
    double tiny = number(-1, "tiny_gradient", "atol");
    // none of statistics, which have no gradient
    double[] gradients = tensors.getOrDefault("grad." + parameter, new double[0]);
    boolean stepped = !step.equals("grad");
    return element -> {
      if (exception != null && within(exception, element)) {
        return number(exception.find("atol").orElseThrow());
      }
      double gradient = stepped && element < gradients.length ? Math.abs(gradients[element]) : 0;
      return gradient != 0 && gradient < below ? tiny : -1;
    };
  }

  private static boolean within(JsonObject exception, int element) {
    double from = exception.find("from").map(GoldenFolder::number).orElse(0.0);
    double to = exception.find("to").map(GoldenFolder::number).orElse(Double.MAX_VALUE);
    return element >= from && element < to;
  }
}
