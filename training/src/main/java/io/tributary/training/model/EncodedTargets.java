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
      float[] all = new float[Math.multiplyExact(examples.size(), head.outputs())];
      int at = 0;
      for (Example example : examples) {
        several(example, head, all, at);
        at += head.outputs();
      }
      return new Targets.Numbers(all, head.outputs());
    }
    return switch (head.task().output()) {
      case LABEL ->
          new Targets.Labels(examples.stream().mapToInt(one -> label(one, head)).toArray());
      case NUMBERS -> {
        float[] all = new float[examples.size()];
        int at = 0;
        for (Example example : examples) {
          all[at++] = number(example, head);
        }
        yield new Targets.Numbers(all, 1);
      }
      case LABEL_PER_TOKEN, NEXT_TOKEN -> throw wrong(head);
    };
  }

  private static int label(Example example, Head head) {
    if (example.target() instanceof Target.Label label) {
      return label.position();
    }
    throw wrong(head);
  }

  private static float number(Example example, Head head) {
    if (example.target() instanceof Target.Value value && head.outputs() == 1) {
      return value.number();
    }
    throw wrong(head);
  }

  /** 1 for each label that it has. */
  private static void several(Example example, Head head, float[] numbers, int at) {
    if (example.target() instanceof Target.Labels labels) {
      labels.positions().forEach(position -> numbers[at + position] = 1);
    } else {
      numbers[at + label(example, head)] = 1;
    }
  }

  private static RuntimeException wrong(Head head) {
    return LiveModel.wrongInputs(
        "the task " + head.task().token() + (head.multiLabel() ? " with several labels" : ""));
  }
}
