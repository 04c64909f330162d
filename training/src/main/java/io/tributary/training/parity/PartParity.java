package io.tributary.training.parity;

import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.AdafactorPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.federation.plan.ScheduleName;
import io.tributary.federation.plan.SchedulePlan;
import io.tributary.federation.plan.ScheduleSpan;
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
import java.util.Locale;

/** Compares the parts of training one by one: losses, optimizers, schedules, tokenizer. */
final class PartParity {
  private PartParity() {}

  static List<ParityRow> optimizers(GoldenFolder golden) {
    List<ParityRow> rows = new ArrayList<>();
    JsonObject all = (JsonObject) golden.find("optimizers").orElseThrow();
    for (String name : all.fields().keySet()) {
      String rule = name.startsWith("adafactor") ? "params.adafactor*" : "params";
      for (String size : List.of("normal", "tiny")) {
        Comparison comparison = golden.compare(name + ", " + size + " gradients", rule);
        for (String tensor : List.of("matrix", "vector", "cube")) {
          optimizer(golden, name, size + "." + tensor, comparison);
        }
        rows.add(comparison.row());
      }
    }
    return rows;
  }

  private static OptimizerPlan plan(GoldenFolder golden, String name) {
    boolean betas = golden.find("optimizers", name, "betas").isPresent();
    double[] both =
        betas
            ? GoldenFolder.numbers(golden.items("optimizers", name, "betas"))
            : new double[] {golden.number(0, "optimizers", name, "beta1"), 0};
    boolean factored = name.startsWith("adafactor");
    return new OptimizerPlan(
        OptimizerName.valueOf(name.replaceAll("_.*", "").toUpperCase(Locale.ROOT)),
        golden.number("optimizers", name, "lr"),
        golden.number(0, "optimizers", name, "weight_decay"),
        golden.number(0, "optimizers", name, "momentum"),
        both[0],
        both[1],
        factored ? 0 : golden.number(1e-8, "optimizers", name, "eps"),
        golden.number(0, "optimizers", name, "dampening"),
        golden.find("optimizers", name, "nesterov").isPresent(),
        factored ? adafactor(golden, name) : AdafactorPlan.USUAL);
  }

  private static AdafactorPlan adafactor(GoldenFolder golden, String name) {
    return new AdafactorPlan(
        golden.number("optimizers", name, "clip_threshold"),
        -golden.number("optimizers", name, "decay_rate"),
        golden.flag("optimizers", name, "scale_parameter"),
        golden.find("optimizers", name, "beta1").isPresent());
  }

  private static void optimizer(
      GoldenFolder golden, String name, String which, Comparison comparison) {
    String tensor = which.substring(which.indexOf('.') + 1);
    double[] start = golden.tensor("start." + tensor);
    double[] gradients = golden.tensor("grads." + which);
    double[] expected = golden.tensor("params." + name + "." + which);
    OptimizerPlan plan = plan(golden, name);
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      long[] shape = new long[golden.axes("start." + tensor)];
      for (int axis = 0; axis < shape.length; axis++) {
        shape[axis] = golden.size("start." + tensor, axis);
      }
      var trainable =
          new Trainable(
              scope.floats(start.length),
              scope.floats(start.length),
              start.length,
              List.of(new Trainable.Part(tensor, 0, shape)));
      put(trainable.values(), start, 0);
      try (Optimizer optimizer = Optimizer.of(plan, scope, trainable)) {
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
  }

  static List<ParityRow> schedules(GoldenFolder golden) {
    List<ParityRow> rows = new ArrayList<>();
    JsonObject all = (JsonObject) golden.find("schedules").orElseThrow();
    for (String name : all.fields().keySet()) {
      var plan =
          new SchedulePlan(
              ScheduleName.valueOf(name.replaceAll("_.*", "").toUpperCase(Locale.ROOT)),
              0,
              ScheduleSpan.RUN,
              0,
              golden.number(0.5, "schedules", name, "arguments", "num_cycles"),
              golden.number(1, "schedules", name, "arguments", "power"),
              golden.number(1e-7, "schedules", name, "arguments", "lr_end"));
      var rate =
          new LearningRate(
              plan,
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
