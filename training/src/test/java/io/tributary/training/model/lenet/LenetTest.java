package io.tributary.training.model.lenet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.Pictures;
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

class LenetTest {
  @TempDir Path folder;

  private BaseModel base(String more) throws IOException {
    return Pictures.base(folder.resolve("base"), "{\"model_type\":\"lenet\"" + more + "}");
  }

  private static LiveModel live(BaseModel base, String train) throws IOException {
    return SmallModels.live(base, Pictures.HEAD, train, TokenRows.none());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        ",\"num_channels\":3,\"image_size\":32",
        ",\"image_size\":14,\"kernel_size\":3,\"conv_channels\":[4],\"hidden_sizes\":[]"
      })
  void gradients_everyFormWithDropout_matchDifferencesOfLosses(String more) throws IOException {
    int side = more.isEmpty() ? 28 : more.contains("32") ? 32 : 14;
    ImageInputs inputs = Pictures.noise(5, more.contains("channels\":3") ? 3 : 1, side);
    try (LiveModel model = live(base(more), "{\"dropout\":0.2}")) {
      Slopes.spread(model);
      Slopes.assertSlope(model, inputs, new int[] {0, 1, 2, 3, 4}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, inputs, new int[] {3, 1}, DropoutMasks.NONE);
    }
  }

  @Test
  void logits_pictureAloneAndInABatch_areEqual() throws IOException {
    ImageInputs inputs = Pictures.noise(3, 1, 28);
    try (LiveModel model = live(base(""), "{}")) {
      float[] all = model.logits(inputs, new int[] {0, 1, 2});
      assertArrayEquals(new float[] {all[4], all[5]}, model.logits(inputs, new int[] {2}), 1e-6f);
    }
  }

  @Test
  void gradients_equalNumbersInAWindow_goToTheFirstAsTorchDoes() throws IOException {
    // of a picture of one colour all sums of a channel are equal, so each window has four largest
    var inputs =
        new ImageInputs(
            1,
            28,
            28,
            (example, into) -> {
              while (into.hasRemaining()) {
                into.put(0.5f);
              }
            },
            new Targets.Labels(new int[] {0}));
    try (LiveModel model = live(base(""), "{}")) {
      Slopes.spread(model);
      Slopes.assertSlope(model, inputs, new int[] {0}, DropoutMasks.NONE);
    }
  }

  @Test
  void gradients_lastLayers_sameAsWithEverythingTrained() throws IOException {
    ImageInputs inputs = Pictures.noise(4, 1, 28);
    int[] batch = {0, 1, 2, 3};
    BaseModel base = base("");
    try (LiveModel all = live(base, "{\"what\":\"all\"}");
        LiveModel last = live(base, "{\"what\":\"last-3\"}");
        LiveModel head = live(base, "{\"what\":\"head\"}")) {
      double loss = all.gradients(inputs, batch, DropoutMasks.NONE);
      assertEquals(loss, last.gradients(inputs, batch, DropoutMasks.NONE));
      assertEquals(loss, head.gradients(inputs, batch, DropoutMasks.NONE));
      for (String name : List.of("3.weight", "3.bias", "7.weight", "11.weight")) {
        assertEquals(all.parameters().gradient(name), last.parameters().gradient(name), name);
      }
      assertEquals(all.parameters().gradient("11.weight"), head.parameters().gradient("11.weight"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "image_size;,\"image_size\":27",
        "image_size;,\"image_size\":4",
        "image_size;,\"conv_channels\":[6,0]",
        "conv_channels;,\"conv_channels\":[]",
        "padding;,\"padding\":2",
        "hidden_sizes;,\"hidden_sizes\":[0]",
        "num_channels;,\"num_channels\":2"
      })
  void open_formThatIsNotComputed_refusedByItsKey(String keyAndConfig) {
    String[] parts = keyAndConfig.split(";", 2);
    var refusal = assertThrows(FederationException.class, () -> base(parts[1]));
    assertTrue(refusal.sentence().contains(": " + parts[0]), refusal.sentence());
  }
}
