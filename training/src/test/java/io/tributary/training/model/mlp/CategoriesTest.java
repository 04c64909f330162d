package io.tributary.training.model.mlp;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Task;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Head;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.Pictures;
import io.tributary.training.model.RowInputs;
import io.tributary.training.model.Slopes;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.Targets;
import io.tributary.training.model.TokenRows;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Perceptrons over rows with columns of categories. */
class CategoriesTest {
  private static final String CONFIG =
      "{\"model_type\":\"mlp\",\"in_features\":2,\"hidden\":[8,6],\"categories\":[3,5]}";
  private static final float[][] NUMBERS = {{1, -2}, {0, 1}, {2, 0.5f}};
  private static final int[][] WORDS = {{1, 0}, {3, 5}, {1, 2}};

  @TempDir Path folder;

  private LiveModel live(Head head) throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base-" + head.task().token()), CONFIG);
    return SmallModels.live(base, head, "{\"dropout\":0.1}", TokenRows.none());
  }

  @Test
  void gradients_numbersAndCategories_matchDifferencesOfLosses() throws IOException {
    List<Head> heads =
        List.of(
            Head.of(Task.TABULAR_CLASSIFICATION, 3),
            new Head(Task.TABULAR_CLASSIFICATION, 2, true),
            Head.of(Task.TABULAR_REGRESSION, 1));
    for (Head head : heads) {
      Targets targets =
          head.multiLabel()
              ? new Targets.Numbers(new float[][] {{1, 0}, {0, 0}, {1, 1}})
              : head.outputs() == 1
                  ? new Targets.Numbers(new float[][] {{1}, {-2}, {0.5f}})
                  : new Targets.Labels(new int[] {2, 0, 1});
      try (LiveModel model = live(head)) {
        Slopes.spread(model);
        var rows = new RowInputs(NUMBERS, WORDS, targets);
        Slopes.assertSlope(model, rows, new int[] {0, 1, 2}, DropoutMasks.of(3, 0));
        Slopes.assertSlope(model, rows, new int[] {2, 1}, DropoutMasks.NONE);
      }
    }
  }

  @Test
  void logits_positionsBehindTheNumbers_sameAsInColumns() throws IOException {
    Head head = Head.of(Task.TABULAR_CLASSIFICATION, 2);
    var labels = new Targets.Labels(new int[] {0, 1, 0});
    var behind =
        new RowInputs(
            new float[][] {{1, -2, 1, 0}, {0, 1, 3, 5}, {2, 0.5f, 1, 2}}, new int[0][], labels);
    try (LiveModel model = live(head)) {
      Slopes.spread(model);
      int[] all = {0, 1, 2};
      assertArrayEquals(
          model.logits(new RowInputs(NUMBERS, WORDS, labels), all), model.logits(behind, all));
    }
  }

  @Test
  void logits_unknownWordOrColumnsMissing_refused() throws IOException {
    var labels = new Targets.Labels(new int[] {0});
    try (LiveModel model = live(Head.of(Task.TABULAR_CLASSIFICATION, 2))) {
      int[] first = {0};
      var word = new RowInputs(new float[][] {{1, 2}}, new int[][] {{4, 0}}, labels);
      var columns = new RowInputs(new float[][] {{1, 2}}, new int[][] {{1}}, labels);
      var numbers = new RowInputs(new float[][] {{1}}, new int[][] {{1, 1}}, labels);
      var fraction = new RowInputs(new float[][] {{1, 2, 0.5f, 1}}, new int[0][], labels);
      for (RowInputs wrong : List.of(word, columns, numbers, fraction)) {
        var refusal = assertThrows(FederationException.class, () -> model.logits(wrong, first));
        assertTrue(refusal.sentence().contains("config.json"), refusal.sentence());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "categories;\"categories\":[0]",
        "embedding_widths;\"categories\":[3],\"embedding_widths\":[2,2]",
        "embedding_widths;\"categories\":[3],\"embedding_widths\":[0]"
      })
  void open_tablesThatMakeNoSense_refusedByTheirKey(String keyAndConfig) {
    String[] parts = keyAndConfig.split(";", 2);
    String config = "{\"model_type\":\"mlp\",\"in_features\":2,\"hidden\":[4]," + parts[1] + "}";
    var refusal =
        assertThrows(FederationException.class, () -> Pictures.base(folder.resolve("odd"), config));
    assertTrue(refusal.sentence().contains(": " + parts[0]), refusal.sentence());
  }
}
