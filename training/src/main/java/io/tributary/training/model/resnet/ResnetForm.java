package io.tributary.training.model.resnet;

import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.util.List;
import java.util.stream.LongStream;

/** Batches of ResNet, and where the script finds each block. */
record ResnetForm(ResnetArchitecture shape) implements SegmentedModel.Form {
  /** As torch.nn.BatchNorm2d and transformers have them. */
  private static final double EPSILON = 1e-5;

  private static final double MOMENTUM = 0.1;

  @Override
  public SegmentedModel.Batch batch(
      TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples) {
    Tensor pixels = ImageBatch.of(scope, inputs, examples, shape, shape.channels());
    return new SegmentedModel.Batch(
        List.of(pixels), sizes(parameters.lowest()), 1, List.of(), List.of());
  }

  /** For all, then for each block: first slot, convolutions but the shortcut, shortcut, stride. */
  private long[] sizes(int lowest) {
    LongStream.Builder sizes = LongStream.builder();
    sizes.add(lowest).add(shape.activation().code()).add(shape.strided());
    long at = ResnetArchitecture.UNIT_SLOTS;
    for (ResnetBlock block : shape.blocks()) {
      int shortcut = block.hasShortcut() ? 1 : 0;
      int units = block.units().size();
      sizes.add(at).add(units - shortcut).add(shortcut).add(block.stride());
      at += (long) units * ResnetArchitecture.UNIT_SLOTS;
    }
    return sizes.build().toArray();
  }

  @Override
  public double[] numbers() {
    return new double[] {EPSILON, MOMENTUM};
  }
}
