package io.tributary.training.parity;

import io.tributary.federation.plan.LossName;
import io.tributary.federation.plan.LossPlan;
import io.tributary.training.model.ScriptLoss;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Compares the losses and their gradients by the logits. */
final class LossParity {
  private final GoldenFolder golden;
  private final TorchScope scope;
  private final List<ParityRow> rows = new ArrayList<>();

  private LossParity(GoldenFolder golden, TorchScope scope) {
    this.golden = golden;
    this.scope = scope;
  }

  static List<ParityRow> rows(GoldenFolder golden) {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      var parity = new LossParity(golden, scope);
      parity.compareLabels();
      parity.compareNumbers();
      return parity.rows;
    }
  }

  private void compareLabels() {
    List<Double> weights = Arrays.stream(golden.tensor("class_weight")).boxed().toList();
    LossName cross = LossName.CROSS_ENTROPY;
    compare("cross_entropy", "target", choice(cross, 0, List.of()));
    compare("cross_entropy_smoothing", "target", choice(cross, 0.1, List.of()));
    compare("cross_entropy_weight", "target", choice(cross, 0, weights));
    // labels that don't count take the way with options, whatever the options are
    compare("cross_entropy_ignore", "target_ignored", choice(cross, 0, ones(weights)));
    compare("cross_entropy_smoothing_weight_ignore", "target_ignored", choice(cross, 0.1, weights));
    compare("focal", "target", choice(LossName.FOCAL, 0, List.of()));
    compare("focal_weight_ignore", "target_ignored", choice(LossName.FOCAL, 0, weights));
  }

  private void compareNumbers() {
    List<Double> positive = Arrays.stream(golden.tensor("pos_weight")).boxed().toList();
    LossName binary = LossName.BINARY_CROSS_ENTROPY;
    compare("bce_multilabel", "multi_target", choice(binary, 0, List.of()));
    compare("bce_multilabel_pos_weight", "multi_target", choice(binary, 0, positive));
    compare("sigmoid_focal", "multi_target", choice(LossName.BINARY_FOCAL, 0, List.of()));
    compare("mse", "real_target", choice(LossName.MEAN_SQUARED_ERROR, 0, List.of()));
  }

  private static List<Double> ones(List<Double> like) {
    return like.stream().map(weight -> 1.0).toList();
  }

  private static ScriptLoss.Choice choice(LossName name, double smoothing, List<Double> weights) {
    LossPlan usual = LossPlan.USUAL;
    var plan =
        new LossPlan(
            Optional.of(name),
            smoothing,
            usual.gamma(),
            usual.alpha(),
            usual.delta(),
            new TreeMap<>(),
            new TreeMap<>());
    return new ScriptLoss.Choice(name, plan, weights);
  }

  private void compare(String name, String target, ScriptLoss.Choice choice) {
    ScriptLoss loss = ScriptLoss.of(scope, choice);
    Tensor expected = target.startsWith("target") ? labels(target) : numbers(target);
    List<Tensor> actual =
        scope.callForAll("loss", numbers("logits"), expected, loss.weights(), loss.kind());
    rows.add(
        golden
            .compare(name, "loss")
            .add(actual.get(0).floats().get(0), golden.number("losses", name, "loss"))
            .row());
    FloatBuffer back = actual.get(1).floats();
    double[] gradients = new double[back.remaining()];
    Arrays.setAll(gradients, back::get);
    rows.add(
        golden
            .compare(name + " gradient", "dlogits")
            .addAll(gradients, golden.tensor("dlogits." + name), Comparison.Allowance.NONE)
            .row());
  }

  private Tensor labels(String name) {
    int[] values = golden.integers(name);
    Tensor tensor = scope.longs(values.length);
    LongBuffer into = tensor.longs();
    for (int value : values) {
      into.put(value);
    }
    return tensor;
  }

  private Tensor numbers(String name) {
    double[] values = golden.tensor(name);
    long rows = golden.size(name, 0);
    Tensor tensor = scope.floats(rows, values.length / rows);
    FloatBuffer into = tensor.floats();
    for (double value : values) {
      into.put((float) value);
    }
    return tensor;
  }
}
