package io.tributary.training.finetune;

import io.tributary.aggregation.codec.Coding;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.training.model.Trainable;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * SCAFFOLD at a node, option II (Karimireddy et al., ICML 2020, algorithm 1): after each step y ← y
 * - rate (c - c_i), as with momentum too in NIID-Bench (Li et al., ICDE 2022); after the round c_i⁺
 * = c_i - c + (x - y) / Σ rates, of which the change c_i⁺ - c_i travels. With a constant rate Σ
 * rates is K · rate. Where it is 0 the controls stay.
 */
final class DriftCorrection implements LocalAlgorithm {
  private static final String GROUP = "control";

  private final TorchScope scope;
  private final Trainable trainable;
  private final Tensor correction;
  private final Layout layout;
  private final Optional<Path> server;
  private final Optional<Path> own;

  /**
   * Starts a round.
   *
   * @param server c, in the layout; empty: zero
   * @param own c_i as the node kept it; empty: zero
   */
  DriftCorrection(
      TorchScope parent,
      Trainable trainable,
      Layout layout,
      Optional<Path> server,
      Optional<Path> own)
      throws IOException {
    this.scope = parent.child();
    this.trainable = trainable;
    this.layout = layout;
    this.server = server;
    this.own = own;
    correction = scope.floats(trainable.values().elements());
    float[] mine = new float[FloatFile.BLOCK];
    try (FloatFile c = FloatFile.open(server, layout);
        FloatFile ci = FloatFile.open(own, layout)) {
      FloatFile.fill(
          correction,
          trainable,
          (tensor, first, into, count) -> {
            c.read(tensor, first, into, count);
            ci.read(tensor, first, mine, count);
            for (int i = 0; i < count; i++) {
              into[i] -= mine[i];
            }
          });
    }
  }

  @Override
  public void afterStep(double rate, Again again) {
    scope.run("accumulate", trainable.values(), correction, -rate);
  }

  @Override
  public Optional<GroupFile> group(Path folder, GroupFile delta, double rates) throws IOException {
    Path file = folder.resolve(GROUP + ".safetensors");
    // never -0, which sums would not keep
    FloatFile.Join join = (c, moved) -> rates == 0 ? 0 : 0f + (float) (-c - moved / rates);
    try (FloatFile controls = FloatFile.open(server, layout);
        FloatFile step = FloatFile.open(Optional.of(delta.file()), layout)) {
      WrittenTensors written = FloatFile.write(file, layout, controls.joined(step, join));
      return Optional.of(
          new GroupFile(
              GROUP, file, layout.digest(), Coding.AS_THEY_ARE, written.size(), written.digest()));
    }
  }

  /** The change as it travelled is added, so that the coordinator's sum is that of all nodes. */
  @Override
  public void keep(Path folder, GroupFile delta) throws IOException {
    Path change = delta.file().resolveSibling(GROUP + ".safetensors");
    KeptTensors.writeJoined(folder, layout, own, Optional.of(change), Float::sum);
  }

  @Override
  public void close() {
    scope.close();
  }
}
