package io.tributary.training.model;

import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Target;
import java.util.List;

/** What examples should be answered with, as a head takes it. */
final class EncodedTargets {
  private EncodedTargets() {}

  /** The targets of examples; those of another kind than the head's are refused. */
  static Targets of(ExamplePart part, Head head) {
    List<Example> examples = part.examples();
    if (head.multiLabel()) {
      return new Targets.Numbers(
          examples.stream().map(example -> several(example, head)).toArray(float[][]::new));
    }
    return switch (head.task().output()) {
      case LABEL ->
          new Targets.Labels(examples.stream().mapToInt(one -> label(one, head)).toArray());
      case NUMBERS ->
          new Targets.Numbers(
              examples.stream().map(example -> number(example, head)).toArray(float[][]::new));
      case LABEL_PER_TOKEN, NEXT_TOKEN -> throw wrong(head);
    };
  }

  private static int label(Example example, Head head) {
    if (example.target() instanceof Target.Label label) {
      return label.position();
    }
    throw wrong(head);
  }

  private static float[] number(Example example, Head head) {
    if (example.target() instanceof Target.Value value && head.outputs() == 1) {
      return new float[] {value.number()};
    }
    throw wrong(head);
  }

  /** 1 for each label that it has. */
  private static float[] several(Example example, Head head) {
    float[] numbers = new float[head.outputs()];
    if (example.target() instanceof Target.Labels labels) {
      labels.positions().forEach(position -> numbers[position] = 1);
    } else {
      numbers[label(example, head)] = 1;
    }
    return numbers;
  }

  private static RuntimeException wrong(Head head) {
    return LiveModel.wrongInputs(
        "the task " + head.task().token() + (head.multiLabel() ? " with several labels" : ""));
  }
}
