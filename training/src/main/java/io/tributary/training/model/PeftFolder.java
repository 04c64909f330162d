package io.tributary.training.model;

import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.LoraPlan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * An adapter folder of PEFT: {@code adapter_config.json} and {@code adapter_model.safetensors}.
 * Holds no file open.
 */
public final class PeftFolder {
  static final String CONFIG = "adapter_config.json";
  static final String WEIGHTS = "adapter_model.safetensors";
  static final String LABELS = "labels.txt";

  /** What PEFT puts before every name. */
  static final String PREFIX = "base_model.model.";

  private static final String A = ".lora_A.weight";
  private static final String B = ".lora_B.weight";

  /** What PEFT writes of a language model's head under an adapter. */
  private static final String UNDER = ".base_layer.weight";

  private final Path folder;
  private final PeftConfig config;
  private final List<String> targets;
  private final List<TensorSpec> tensors;

  private PeftFolder(
      Path folder, PeftConfig config, List<String> targets, List<TensorSpec> tensors) {
    this.folder = folder;
    this.config = config;
    this.targets = targets;
    this.tensors = List.copyOf(tensors);
  }

  /** Opens a folder; settings that this version does not compute are refused. */
  public static PeftFolder open(Path folder) {
    Path file = folder.resolve(CONFIG);
    var json = BaseModel.json(file);
    PeftConfig config = PeftConfig.read(file.toString(), json);
    try (StoredTensors stored = StoredTensors.open(List.of(folder.resolve(WEIGHTS)))) {
      var tensors = new ArrayList<>(stored.specs());
      var peft = new PeftFolder(folder, config, PeftConfig.targets(json), tensors);
      for (TensorSpec tensor : tensors) {
        if (!tensor.name().startsWith(PREFIX)) {
          throw peft.refusal(tensor.name(), "of another form", "names that start with " + PREFIX);
        }
      }
      return peft;
    } catch (IOException e) {
      throw new UncheckedIOException("reading " + folder, e);
    }
  }

  /** Whether a folder is one of PEFT. */
  public static boolean isOne(Path folder) {
    return Files.exists(folder.resolve(CONFIG));
  }

  public Path folder() {
    return folder;
  }

  /** The files that say what the adapter is. */
  public List<Path> files() {
    return List.of(folder.resolve(CONFIG), folder.resolve(WEIGHTS));
  }

  StoredTensors open() throws IOException {
    return StoredTensors.open(List.of(folder.resolve(WEIGHTS)));
  }

  /** The labels that an export of Tributary keeps beside the adapter; empty without them. */
  public List<String> labels() {
    Path file = folder.resolve(LABELS);
    try {
      return Files.exists(file) ? Files.readAllLines(file) : List.of();
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT, file + ": not readable (expected: one label a line). Mend it.", e);
    }
  }

  /** The shape of a saved parameter. */
  Optional<List<Long>> shape(Architecture model, String parameter) {
    String name = stored(model, parameter);
    return tensors.stream()
        .filter(tensor -> tensor.name().equals(name))
        .map(TensorSpec::shape)
        .findFirst();
  }

  /** The name under which the folder has, or would have, a parameter. */
  String stored(Architecture model, String parameter) {
    String name = PREFIX + model.peftName(parameter);
    return tensors.stream().anyMatch(tensor -> tensor.name().equals(name))
        ? name
        : PREFIX + parameter;
  }

  /** The settings with which a plan trains these adapters on. */
  public LoraPlan settings(BaseModel base, Head head) {
    return architecture(base.architecture(head)).settings();
  }

  /**
   * A model with these adapters; such as do not belong to it are refused.
   *
   * @throws FederationException INVALID_DATA
   */
  AdaptedArchitecture architecture(Architecture model) {
    Set<String> modules = new TreeSet<>();
    Set<String> saved = new TreeSet<>();
    Map<String, ParameterSpec> parameters = model.byName();
    Map<String, String> names = names(model);
    for (TensorSpec tensor : tensors) {
      String found = tensor.name().substring(PREFIX.length());
      String name = names.getOrDefault(found, found);
      if (name.endsWith(A) || name.endsWith(B)) {
        String module = name.substring(0, name.length() - A.length());
        modules.add(names.getOrDefault(module, module));
      } else if (parameters.containsKey(name)) {
        saved.add(name);
      } else if (name.endsWith(UNDER)) {
        throw refusal(
            tensor.name(),
            "a weight of the base model",
            "adapters and saved modules",
            "Merge the adapter with PEFT and take the merged model.");
      } else {
        throw refusal(tensor.name(), "unknown", "adapters and modules of " + model.family());
      }
    }
    List<Adapter> adapters = new ArrayList<>();
    for (ParameterSpec weight : LinearModules.weights(model)) {
      if (modules.remove(LinearModules.module(weight))) {
        adapters.add(AdaptedArchitecture.adapter(model, weight, config.rank()));
      }
    }
    if (!modules.isEmpty()) {
      throw refusal(modules.iterator().next(), "with an adapter", "linear modules of the model");
    }
    var adapted = new AdaptedArchitecture(model, plan(model, adapters, saved), adapters, saved);
    check(adapted);
    return adapted;
  }

  /** Our names of parameters and modules by those of PEFT. */
  private static Map<String, String> names(Architecture model) {
    Map<String, String> names = new HashMap<>();
    for (ParameterSpec parameter : model.parameters()) {
      String module = LinearModules.module(parameter);
      names.put(model.peftName(parameter.name()), parameter.name());
      names.put(model.peftName(module), module);
    }
    return names;
  }

  /** The names of the configuration where they mean the same modules, else the modules' names. */
  private LoraPlan plan(Architecture model, List<Adapter> adapters, Set<String> saved) {
    List<String> modules = adapters.stream().map(Adapter::module).toList();
    List<String> named =
        LinearModules.weights(model).stream()
            .map(LinearModules::module)
            .filter(m -> targets.stream().anyMatch(t -> m.equals(t) || m.endsWith("." + t)))
            .toList();
    List<String> save =
        saved.stream().map(model.byName()::get).map(LinearModules::module).distinct().toList();
    return new LoraPlan(
        config.rank(),
        config.alpha(),
        config.dropout(),
        config.rankStabilised(),
        named.equals(modules) ? targets : modules,
        Optional.of(save));
  }

  private void check(AdaptedArchitecture adapted) {
    for (ParameterSpec parameter : adapted.moving()) {
      List<Long> found = shape(adapted, parameter.name()).orElse(List.of());
      if (!found.equals(parameter.shape())) {
        throw refusal(
            parameter.name(),
            found.isEmpty() ? "missing" : found,
            "shape " + parameter.shape() + " as model and rank have it");
      }
    }
  }

  private FederationException refusal(String what, Object found, String rule) {
    return refusal(what, found, rule, "Choose the adapter's own base model.");
  }

  private FederationException refusal(String what, Object found, String rule, String advice) {
    return FederationException.of(
        ErrorKind.INVALID_DATA, folder.resolve(WEIGHTS) + ": " + what, found, rule, advice);
  }
}
