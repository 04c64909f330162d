package io.tributary.training.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.Input;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.SmallModels;
import io.tributary.training.worker.PredictOrder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of every kind, from a small model that was drawn at random. */
class AnswersTest {
  @TempDir Path folder;

  private BaseModel base;

  @BeforeEach
  void open() throws IOException {
    base = SmallModels.bert(folder.resolve("base"));
  }

  private List<Prediction> predict(String task, String more, List<Input> inputs)
      throws IOException {
    Plan plan =
        Plan.parse(
            "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"max-tokens\":16,\"task\":\""
                + task
                + "\""
                + more
                + "}}");
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero-" + plan.digest().hex()));
    var order = new PredictOrder(plan, base.folder(), zero, inputs, 2, "cpu", Optional.empty());
    return Evaluation.predict(order, () -> false);
  }

  @Test
  void predict_tags_oneForEachWordThatIsSeen() throws IOException {
    Input.Words sentence = new Input.Words(List.of("Ada", "unquestionably", "lives", "in", "Bern"));
    Input.Words endless =
        new Input.Words(List.of("a b c d e f g h i j k l m n o p q r s t".split(" ")));
    List<Prediction> found =
        predict(
            "token-classification",
            ",\"labels\":[\"O\",\"B-X\",\"I-X\"]",
            List.of(sentence, endless, new Input.Words(List.of("in"))));
    List<Prediction.Tagged> tags = ((Prediction.Tags) found.get(0)).tags();
    assertEquals(sentence.words(), tags.stream().map(Prediction.Tagged::word).toList());
    assertTrue(tags.stream().allMatch(tag -> tag.probability() >= 1.0 / 3));
    // two of sixteen tokens are special ones
    assertEquals(14, ((Prediction.Tags) found.get(1)).tags().size());
    assertEquals(1, ((Prediction.Tags) found.get(2)).tags().size());
  }

  @Test
  void predict_number_hasItsNameAndFollowsTheText() throws IOException {
    List<Prediction> found =
        predict(
            "text-regression",
            ",\"labels\":[\"price\"]",
            List.of(new Input.Text("a boat"), new Input.Text("a much larger boat, and new")));
    var first = ((Prediction.Numbers) found.get(0)).numbers();
    assertEquals(List.of("price"), List.copyOf(first.keySet()));
    assertNotEquals(first, ((Prediction.Numbers) found.get(1)).numbers());
  }

  @Test
  void predict_severalLabels_thoseMoreProbableThanNot() throws IOException {
    List<Prediction> found =
        predict(
            "text-classification",
            ",\"multi-label\":true,\"labels\":[\"a\",\"b\",\"c\"]",
            List.of(new Input.Text("a boat")));
    var labels = (Prediction.Labels) found.get(0);
    assertEquals(2, labels.top().size());
    for (Prediction.Ranked one : labels.top()) {
      assertEquals(one.probability() >= 0.5, labels.labels().contains(one.label()));
    }
  }

  @Test
  void predict_pairOfTexts_isNotTheFirstAlone() throws IOException {
    String labels = ",\"labels\":[\"no\",\"yes\"]";
    Prediction pair =
        predict("text-classification", labels, List.of(new Input.Pair("a boat", "a ship"))).get(0);
    Prediction alone =
        predict("text-classification", labels, List.of(new Input.Text("a boat"))).get(0);
    assertNotEquals(alone, pair);
  }

  @Test
  void predict_inputOfAnotherKind_isRefused() {
    for (Input input :
        List.of(new Input.Row(new float[] {1}, new int[0]), new Input.Words(List.of("a")))) {
      String sentence =
          assertThrows(
                  FederationException.class,
                  () ->
                      predict(
                          "text-classification", ",\"labels\":[\"no\",\"yes\"]", List.of(input)))
              .sentence();
      assertTrue(sentence.contains("of another kind"), sentence);
    }
  }
}
