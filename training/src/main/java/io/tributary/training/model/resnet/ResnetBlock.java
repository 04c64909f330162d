package io.tributary.training.model.resnet;

import java.util.ArrayList;
import java.util.List;

/**
 * One residual block: two or three convolutions, and one around them where shapes differ.
 *
 * @param inputs channels that it takes
 * @param outputs channels that it gives
 * @param inner channels of a bottleneck; 0: a basic block
 * @param stride by which height and width shrink
 */
record ResnetBlock(int stage, int index, int inputs, int outputs, int inner, int stride) {
  /** One convolution: square, without a bias, padded so that only the stride shrinks. */
  record Unit(String name, int inputs, int outputs, int kernel) {}

  /** Every block of the stages one behind the other. */
  static List<ResnetBlock> all(
      int embedding, List<Integer> widths, List<Integer> depths, boolean bottleneck, int first) {
    List<ResnetBlock> blocks = new ArrayList<>();
    int inputs = embedding;
    for (int stage = 0; stage < widths.size(); stage++) {
      int outputs = widths.get(stage);
      for (int index = 0; index < depths.get(stage); index++) {
        int stride = index > 0 ? 1 : stage == 0 ? first : 2;
        int inner = bottleneck ? outputs / ResnetArchitecture.REDUCTION : 0;
        blocks.add(new ResnetBlock(stage, index, inputs, outputs, inner, stride));
        inputs = outputs;
      }
    }
    return blocks;
  }

  boolean hasShortcut() {
    return inputs != outputs || stride != 1;
  }

  /** The convolutions in the order of the script: the shortcut first, if there is one. */
  List<Unit> units() {
    String name = "resnet.encoder.stages." + stage + ".layers." + index + ".";
    List<Unit> units = new ArrayList<>();
    if (hasShortcut()) {
      units.add(new Unit(name + "shortcut.", inputs, outputs, 1));
    }
    if (inner > 0) {
      units.add(new Unit(name + "layer.0.", inputs, inner, 1));
      units.add(new Unit(name + "layer.1.", inner, inner, 3));
      units.add(new Unit(name + "layer.2.", inner, outputs, 1));
    } else {
      units.add(new Unit(name + "layer.0.", inputs, outputs, 3));
      units.add(new Unit(name + "layer.1.", outputs, outputs, 3));
    }
    return units;
  }
}
