package io.tributary.training.evaluate;

import io.tributary.federation.plan.ModelPlan;
import io.tributary.federation.plan.TaskKind;
import io.tributary.training.data.Input;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.Targets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Makes predictions of scores. */
final class Answers {
  private static final double LIKELY = 0.5;

  private final ModelPlan plan;
  private final int top;

  /**
   * @param top how many labels are ranked for each input
   */
  Answers(ModelPlan plan, int top) {
    this.plan = plan;
    this.top = top;
  }

  /**
   * One for each input, in their order.
   *
   * @param given what the inputs were encoded from
   */
  List<Prediction> of(
      Evaluator evaluator, Inputs inputs, List<Input> given, BooleanSupplier cancelled) {
    if (TaskKind.of(plan) == TaskKind.TOKEN_CLASSIFICATION) {
      return tags(evaluator, inputs, given, cancelled);
    }
    float[] scores = evaluator.scores(inputs, cancelled, done -> {});
    int count = plan.labels().size();
    List<Prediction> predictions = new ArrayList<>();
    for (int start = 0; start < scores.length; start += count) {
      predictions.add(one(scores, start, count));
    }
    return predictions;
  }

  private Prediction one(float[] scores, int start, int count) {
    return switch (TaskKind.of(plan)) {
      case REGRESSION -> {
        SortedMap<String, Double> numbers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
          numbers.put(plan.labels().get(i), (double) scores[start + i]);
        }
        yield new Prediction.Numbers(numbers);
      }
      case MULTI_LABEL -> {
        IntToDoubleFunction share = i -> 1 / (1 + Math.exp(-scores[start + i]));
        yield new Prediction.Labels(
            IntStream.range(0, count)
                .filter(i -> share.applyAsDouble(i) >= LIKELY)
                .mapToObj(plan.labels()::get)
                .toList(),
            ranked(count, share));
      }
      default -> {
        double[] shares = Scores.softmax(scores, start, count);
        List<Prediction.Ranked> ranked = ranked(count, i -> shares[i]);
        yield new Prediction.Label(ranked.get(0).label(), ranked.get(0).probability(), ranked);
      }
    };
  }

  private List<Prediction.Ranked> ranked(int count, IntToDoubleFunction share) {
    return IntStream.range(0, count)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer label) -> -share.applyAsDouble(label)))
        .limit(top)
        .map(label -> new Prediction.Ranked(plan.labels().get(label), share.applyAsDouble(label)))
        .toList();
  }

  /** A word is asked for at its first token. */
  private List<Prediction> tags(
      Evaluator evaluator, Inputs inputs, List<Input> given, BooleanSupplier cancelled) {
    var asked = (Targets.TokenLabels) inputs.targets();
    List<List<Prediction.Tagged>> all = new ArrayList<>();
    given.forEach(sentence -> all.add(new ArrayList<>()));
    evaluator.tokens(
        inputs,
        (example, scores) -> {
          List<String> words = ((Input.Words) given.get(example)).words();
          List<Prediction.Tagged> tags = all.get(example);
          int[] labels = asked.labels(example);
          int outputs = plan.labels().size();
          for (int token = 0; token < labels.length; token++) {
            if (labels[token] >= 0) {
              tags.add(tagged(words.get(tags.size()), scores, token * outputs, outputs));
            }
          }
        },
        cancelled);
    return all.stream().<Prediction>map(Prediction.Tags::new).toList();
  }

  private Prediction.Tagged tagged(String word, float[] scores, int start, int count) {
    double[] shares = Scores.softmax(scores, start, count);
    int best = Scores.best(shares, 0, count);
    return new Prediction.Tagged(word, plan.labels().get(best), shares[best]);
  }
}
