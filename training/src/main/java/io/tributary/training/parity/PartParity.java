package io.tributary.training.parity;

import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.training.finetune.LearningRate;
import io.tributary.training.finetune.Optimizer;
import io.tributary.training.model.TextTokenizer;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Compares the parts of training one by one: losses, optimizers, schedules, tokenizer. */
final class PartParity {
  private PartParity() {}

  static List<ParityRow> optimizers(GoldenFolder golden) {
    List<ParityRow> rows = new ArrayList<>();
    for (String name : List.of("sgd", "sgd_wd", "sgd_momentum", "sgd_nesterov", "adamw")) {
      for (String size : List.of("normal", "tiny")) {
        Comparison comparison = golden.compare(name + ", " + size + " gradients", "params");
        for (String tensor : List.of("matrix", "vector", "cube")) {
          optimizer(golden, name, size + "." + tensor, comparison);
        }
        rows.add(comparison.row());
      }
    }
    return rows;
  }

  private static void optimizer(
      GoldenFolder golden, String name, String which, Comparison comparison) {
    String tensor = which.substring(which.indexOf('.') + 1);
    double[] start = golden.tensor("start." + tensor);
    double[] gradients = golden.tensor("grads." + which);
    double[] expected = golden.tensor("params." + name + "." + which);
    var plan =
        new OptimizerPlan(
            name.equals("adamw") ? OptimizerName.ADAMW : OptimizerName.SGD,
            golden.number("optimizers", name, "lr"),
            golden.number(0, "optimizers", name, "weight_decay"),
            golden.number(0, "optimizers", name, "momentum"),
            0.9,
            0.999,
            golden.number(1e-8, "optimizers", name, "eps"));
    boolean nesterov = golden.find("optimizers", name, "nesterov").isPresent();
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      var trainable =
          new Trainable(scope.floats(start.length), scope.floats(start.length), start.length);
      put(trainable.values(), start, 0);
      Optimizer optimizer = Optimizer.of(plan, scope, trainable, 0, nesterov);
      for (int at = 0; at < expected.length; at += start.length) {
        put(trainable.gradients(), gradients, at);
        optimizer.step(plan.learningRate(), 1);
        comparison.addAll(
            doubles(trainable.values()),
            Arrays.copyOfRange(expected, at, at + start.length),
            Comparison.Allowance.NONE);
      }
    }
  }

  static List<ParityRow> schedules(GoldenFolder golden) {
    List<ParityRow> rows = new ArrayList<>();
    Map<String, ScheduleName> ours =
        Map.of(
            "linear", ScheduleName.LINEAR,
            "linear_no_warmup", ScheduleName.LINEAR,
            "constant", ScheduleName.CONSTANT,
            "constant_with_warmup", ScheduleName.CONSTANT);
    for (String name : ours.keySet().stream().sorted().toList()) {
      if (golden.find("schedules", name).isPresent()) {
        var rate =
            new LearningRate(
                ours.getOrDefault(name, ScheduleName.CONSTANT),
                golden.number("base_lr"),
                (long) golden.number(0, "schedules", name, "arguments", "num_warmup_steps"),
                (long) golden.number(0, "schedules", name, "arguments", "num_training_steps"),
                0);
        double[] expected = GoldenFolder.numbers(golden.items("schedules", name, "lr"));
        var comparison = new Comparison(golden.name(), name, 1e-18, 1e-12);
        for (int step = 0; step < expected.length; step++) {
          comparison.add(rate.at(step), expected[step]);
        }
        rows.add(comparison.row());
      }
    }
    return rows;
  }

  static List<ParityRow> tokenizer(GoldenFolder golden) {
    var comparison = new Comparison(golden.name(), "token ids", 0, 0);
    int longest = (int) golden.number("max_length");
    try (TextTokenizer tokenizer = TextTokenizer.open(golden.folder(), longest)) {
      for (var item : golden.items("cases")) {
        var example = (JsonObject) item;
        boolean single = example.find("pair").orElseThrow().canonical().equals("null");
        if (single) {
          String text = GoldenFolder.text(example.find("text").orElseThrow());
          int[] ids = tokenizer.encode(text);
          double[] padded = new double[longest];
          for (int i = 0; i < ids.length; i++) {
            padded[i] = ids[i];
          }
          JsonArray expected = (JsonArray) example.find("input_ids").orElseThrow();
          comparison.addAll(
              padded, GoldenFolder.numbers(expected.items()), Comparison.Allowance.NONE);
        }
      }
    }
    return List.of(comparison.row());
  }

  private static void put(Tensor tensor, double[] values, int from) {
    FloatBuffer into = tensor.floats();
    for (int i = 0; into.hasRemaining(); i++) {
      into.put((float) values[from + i]);
    }
  }

  private static double[] doubles(Tensor tensor) {
    FloatBuffer floats = tensor.floats();
    double[] all = new double[floats.remaining()];
    for (int i = 0; i < all.length; i++) {
      all[i] = floats.get(i);
    }
    return all;
  }
}
