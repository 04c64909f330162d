package io.tributary.training.model;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import io.tributary.federation.plan.Task;
import io.tributary.training.chat.ChatTemplate;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A model folder in the form of Hugging Face: {@code config.json} (of transformers 4 or 5), weights
 * as one safetensors file or as shards with an index, tokenizer files. Holds no file open.
 */
public final class BaseModel {
  /** Where in a model's folder the adapter lies from which a run goes on. */
  public static final String ADAPTER = "adapter";

  private static final long LARGEST_JSON = 64 << 20;
  private static final Set<DType> FLOATS = Set.of(DType.F32, DType.F64, DType.F16, DType.BF16);
  private static final String CONFIG = "config.json";
  static final String WEIGHTS = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  private final Path folder;
  private final JsonObject config;
  private final List<Path> files;
  private final Layout layout;

  private BaseModel(Path folder, JsonObject config, List<Path> files, Layout layout) {
    this.folder = folder;
    this.config = config;
    this.files = List.copyOf(files);
    this.layout = layout;
  }

  /** Opens a folder; what can't be read or is of no supported family is refused. */
  public static BaseModel open(Path folder) {
    refuseAdapter(folder);
    JsonObject config = json(folder.resolve(CONFIG));
    WeightIndex index = WeightIndex.of(folder);
    try (StoredTensors tensors = StoredTensors.open(index.files())) {
      index.check(tensors);
      var model = new BaseModel(folder, config, index.files(), Layout.of(tensors.specs()));
      model.checkCopies(model.shape(), tensors);
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + folder, e);
    }
  }

  /** A classifier does not use the language model's head, whatever its file has. */
  private void checkCopies(Architecture shape, StoredTensors tensors) throws IOException {
    if (modelClass().endsWith("Classification")) {
      return;
    }
    for (Map.Entry<String, String> copy : shape.copies().entrySet()) {
      Optional<String> parameter =
          Stream.concat(Stream.of(copy.getValue()), shape.aliases(copy.getValue()).stream())
              .filter(name -> layout.find(name).isPresent())
              .findFirst();
      if (parameter.isPresent()
          && layout.find(copy.getKey()).isPresent()
          && !tensors.same(parameter.get(), copy.getKey())) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            folder + ": " + copy.getKey(),
            "other values than " + parameter.get(),
            "the same, as tie_word_embeddings of config.json says",
            "Set that to false where the head is its own.");
      }
    }
  }

  private static void refuseAdapter(Path folder) {
    if (PeftFolder.isOne(folder) && !Files.exists(folder.resolve(CONFIG))) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          folder.toString(),
          "an adapter without its base model",
          "a whole model",
          "Put them together with `tributary model merge`.");
    }
  }

  static JsonObject json(Path file) {
    try {
      if (Files.size(file) > LARGEST_JSON) {
        throw FederationException.of(
            ErrorKind.CORRUPT, "JSON", Files.size(file) + " bytes", "at most 64 MiB", "Check it.");
      }
      if (JsonReader.read(Files.readAllBytes(file)) instanceof JsonObject object) {
        return object;
      }
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND,
          file + ": not readable (expected: a Hugging Face folder). Check the path.",
          e);
    } catch (FederationException e) {
      throw new FederationException(e.kind(), file + ": " + e.sentence(), e);
    }
    throw FederationException.of(
        ErrorKind.CORRUPT, file.toString(), "no object", "a JSON object", "Export it anew.");
  }

  /** The family's word, as {@code model_type} has it. */
  public String family() {
    return shape().family();
  }

  /** The adapter that comes with the model, in its folder {@value #ADAPTER}. */
  public Optional<PeftFolder> adapter() {
    Path at = folder.resolve(ADAPTER);
    return PeftFolder.isOne(at) ? Optional.of(PeftFolder.open(at)) : Optional.empty();
  }

  /** The tensors as the files hold them, names and types unchanged. */
  public Layout layout() {
    return layout;
  }

  public Path folder() {
    return folder;
  }

  /** {@code config.json}. */
  public JsonObject config() {
    return config;
  }

  /** The class of transformers that {@code config.json} names; empty without one. */
  String modelClass() {
    return config.find("architectures").orElse(null) instanceof JsonArray classes
            && !classes.items().isEmpty()
            && classes.items().get(0) instanceof JsonString name
        ? name.value()
        : "";
  }

  /** How many tokens a text may have; 0 for a family without texts. */
  public int longestText() {
    return shape().longestText();
  }

  /** What pictures the model takes; empty where it takes none. */
  public Optional<PictureShape> pictures() {
    return shape().pictures();
  }

  /** The token that fills up short texts. */
  int pad() {
    return shape().pad();
  }

  /** The token that ends a text: the tokenizer's, else the one of {@code config.json}. */
  OptionalInt endToken(ChatTemplate template, TextTokenizer tokenizer) {
    Optional<String> named = template.endToken();
    OptionalInt own = named.isPresent() ? tokenizer.find(named.get()) : OptionalInt.empty();
    if (own.isPresent()) {
      return own;
    }
    return endTokens().stream().mapToInt(Integer::intValue).findFirst();
  }

  /** The tokens at which a text ends, by {@code config.json}; one, several or none. */
  List<Integer> endTokens() {
    ModelConfig settings = settings();
    JsonValue found = settings.find("eos_token_id").orElse(null);
    if (found == null) {
      return List.of();
    }
    return found instanceof JsonArray
        ? settings.sizes("eos_token_id")
        : List.of(settings.size("eos_token_id"));
  }

  /**
   * The labels the folder's own head was trained for, in order; empty where there is none.
   * Transformers does not write those that nobody named.
   */
  public List<String> labels() {
    List<String> labels = new ArrayList<>();
    if (config.find("id2label").isEmpty() && modelClass().endsWith("Classification")) {
      int count = settings().size("num_labels", 2);
      for (int i = 0; i < count; i++) {
        labels.add("LABEL_" + i);
      }
    }
    if (config.find("id2label").orElse(null) instanceof JsonObject map) {
      for (int i = 0; i < map.fields().size(); i++) {
        if (map.find(String.valueOf(i)).orElse(null) instanceof JsonString label) {
          labels.add(label.value());
        }
      }
    }
    return labels;
  }

  /** Whether the folder is a language model with its own head, by {@code architectures}. */
  public boolean continuesTexts() {
    if (!tasks().contains(Task.CAUSAL_LANGUAGE_MODELLING)
        || !(config.find("architectures").orElse(null) instanceof JsonArray classes)) {
      return false;
    }
    return classes.items().stream()
        .anyMatch(
            name ->
                name instanceof JsonString text
                    && (text.value().endsWith("ForCausalLM")
                        || text.value().endsWith("LMHeadModel")));
  }

  /** What the family's models can be fine-tuned to do; the first is the usual one. */
  public List<Task> tasks() {
    return Families.of(settings()).tasks();
  }

  /** The model with a head of its usual kind, for what does not depend on the head. */
  private Architecture shape() {
    return architecture(Head.of(tasks().get(0), 2));
  }

  Architecture architecture(Head head) {
    return Families.architecture(settings(), head);
  }

  private ModelConfig settings() {
    return new ModelConfig(folder.resolve(CONFIG).toString(), config);
  }

  StoredTensors open() throws IOException {
    return StoredTensors.open(files);
  }

  /**
   * The name under which the files hold a parameter of the right shape; empty where it has to be
   * initialised. A head for other labels counts as missing.
   */
  Optional<String> storedName(
      Architecture architecture, ParameterSpec parameter, List<String> labels) {
    if (parameter.start() != ParameterSpec.StartValue.NONE
        && architecture.outputParameters().contains(parameter.name())
        && !labels().equals(labels)) {
      return Optional.empty();
    }
    List<String> names = new ArrayList<>(List.of(parameter.name()));
    names.addAll(architecture.aliases(parameter.name()));
    for (String name : names) {
      Optional<TensorSpec> found = layout.find(name);
      if (found.isPresent() && !found.get().shape().equals(parameter.shape())) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            folder + ": " + name,
            found.get().shape(),
            "shape " + parameter.shape() + " as config.json says",
            "Export the model anew.");
      }
      if (found.isPresent()) {
        checkType(parameter, found.get());
        return Optional.of(name);
      }
    }
    if (parameter.start() == ParameterSpec.StartValue.NONE) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          folder + ": " + parameter.name(),
          "missing",
          "every parameter below the head",
          "Export the model anew.");
    }
    return Optional.empty();
  }

  /** Whole numbers are never taken for others, nor others for whole ones. */
  private void checkType(ParameterSpec parameter, TensorSpec found) {
    boolean counter = parameter.role() == ParameterSpec.Role.COUNTER;
    if (!(counter ? Set.of(DType.I64) : FLOATS).contains(found.dtype())) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          folder + ": " + found.name(),
          found.dtype().token(),
          counter ? "I64" : "F32, F64, F16 or BF16",
          "Export the model anew.");
    }
  }
}
