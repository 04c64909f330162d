package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.LoraPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The modules of a model that adapters can sit on, and how names choose among them. */
final class LinearModules {
  private static final String WEIGHT = ".weight";
  private static final int SHOWN = 12;

  private LinearModules() {}

  /** Name of the module that a parameter belongs to. */
  static String module(ParameterSpec parameter) {
    String name = parameter.name();
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  /** The weights of linear modules, in the order of the slots. */
  static List<ParameterSpec> weights(Architecture architecture) {
    return architecture.adaptable()
        ? architecture.parameters().stream()
            .filter(p -> p.depth() >= 0 && p.shape().size() == 2 && p.name().endsWith(WEIGHT))
            .toList()
        : List.of();
  }

  /**
   * The weights that some targets mean.
   *
   * @throws FederationException INVALID_CONFIG for a target that means none
   */
  static List<ParameterSpec> chosen(Architecture architecture, List<String> targets) {
    List<ParameterSpec> all = weights(architecture);
    Set<String> chosen = new TreeSet<>();
    for (String target : targets) {
      List<String> found =
          all.stream().filter(p -> means(architecture, target, p)).map(p -> module(p)).toList();
      if (found.isEmpty()) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "plan.train.lora.targets",
            "\"" + target + "\"",
            "linear modules of this model: " + shown(all),
            "Choose among them.");
      }
      chosen.addAll(found);
    }
    return all.stream().filter(p -> chosen.contains(module(p))).toList();
  }

  /** As PEFT reads names, with {@code *} for its patterns. */
  private static boolean means(Architecture architecture, String target, ParameterSpec weight) {
    String module = module(weight);
    if (target.equals(LoraPlan.ALL_LINEAR)) {
      return weight.depth() < architecture.layers();
    }
    if (target.contains("*")) {
      return glob(target).matcher(module).matches();
    }
    return module.equals(target) || module.endsWith("." + target);
  }

  private static Pattern glob(String text) {
    List<String> parts = new ArrayList<>();
    for (String part : text.split("\\*", -1)) {
      parts.add(Pattern.quote(part));
    }
    return Pattern.compile(String.join(".*", parts));
  }

  private static String shown(List<ParameterSpec> weights) {
    if (weights.isEmpty()) {
      return "none, its family takes no adapters";
    }
    return weights.stream()
        .map(p -> module(p))
        .map(LinearModules::ending)
        .distinct()
        .limit(SHOWN)
        .collect(Collectors.joining(", "));
  }

  /** The last part of a module's name that says something; places in a list say nothing alone. */
  private static String ending(String module) {
    int dot = module.lastIndexOf('.');
    while (dot > 0 && Character.isDigit(module.charAt(dot + 1))) {
      dot = module.lastIndexOf('.', dot - 1);
    }
    return module.substring(dot + 1);
  }

  /**
   * Whether a name to save means this parameter. As in PEFT, it means every module whose full name
   * ends with it, with all that is inside.
   */
  static boolean saves(String name, ParameterSpec parameter) {
    String path = parameter.name();
    for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
      String module = path.substring(0, dot);
      if (name.contains("*") ? glob(name).matcher(module).matches() : module.endsWith(name)) {
        return true;
      }
    }
    return false;
  }
}
