package io.tributary.training.model.vit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.Pictures;
import io.tributary.training.model.Slopes;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TokenRows;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VitTest {
  private static final String SMALL =
      "\"model_type\":\"vit\",\"image_size\":12,\"patch_size\":4,\"hidden_size\":16,"
          + "\"num_hidden_layers\":2,\"num_attention_heads\":4,\"intermediate_size\":24";

  @TempDir Path folder;

  private BaseModel base(String more) throws IOException {
    return Pictures.base(folder.resolve("base"), "{" + SMALL + "}", "{" + more + "}");
  }

  private static LiveModel live(BaseModel base) throws IOException {
    return SmallModels.live(base, Pictures.HEAD, "{\"dropout\":0.2}", TokenRows.none());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"qkv_bias\":false,\"hidden_act\":\"gelu_new\"",
        "\"num_channels\":1,\"patch_size\":[3,5],\"hidden_act\":\"relu\""
      })
  void gradients_everyFormWithDropout_matchDifferencesOfLosses(String more) throws IOException {
    try (LiveModel model = live(base(more))) {
      Slopes.spread(model);
      int channels = more.contains("num_channels") ? 1 : 3;
      var inputs = Pictures.noise(3, channels, 12);
      Slopes.assertSlope(model, inputs, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, inputs, new int[] {2, 0}, DropoutMasks.NONE);
    }
  }

  @Test
  void gradients_adaptersOnEveryLinearModule_matchDifferencesOfLosses() throws IOException {
    String lora = "{\"rank\":3,\"dropout\":0.2,\"targets\":[\"all-linear\"]}";
    Plan plan =
        SmallModels.plan(
            "image-classification", "{\"dropout\":0.2,\"what\":\"lora\",\"lora\":" + lora + "}");
    BaseModel base = base("");
    Path zero = SmallModels.checkpoint(base, plan, folder.resolve("zero"));
    try (ModelValues values = ModelValues.open(base, plan, zero);
        LiveModel model =
            LiveModel.open(TorchRuntime.start(1), plan.train(), values, TokenRows.none(), true)) {
      // six modules in each of two layers, A and B each, and the head
      assertEquals(2 * 6 * 2 + 2, TrainedLayout.of(base, plan).tensors().size());
      Slopes.spread(model);
      var inputs = Pictures.noise(3, 3, 12);
      Slopes.assertSlope(model, inputs, new int[] {0, 1, 2}, DropoutMasks.of(7, 0));
      Slopes.assertSlope(model, inputs, new int[] {2, 0}, DropoutMasks.NONE);
    }
  }

  @Test
  void logits_picturesOfAnotherSizeOrColour_refused() throws IOException {
    try (LiveModel model = live(base(""))) {
      int[] first = {0};
      var size =
          assertThrows(
              FederationException.class, () -> model.logits(Pictures.noise(1, 3, 16), first));
      assertTrue(size.sentence().contains("12 x 12"), size.sentence());
      var grey =
          assertThrows(
              FederationException.class, () -> model.logits(Pictures.noise(1, 1, 12), first));
      assertTrue(grey.sentence().contains("num_channels"), grey.sentence());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "num_attention_heads;\"num_attention_heads\":3",
        "patch_size;\"patch_size\":[4,4,4]",
        "patch_size;\"patch_size\":16",
        "hidden_act;\"hidden_act\":\"mish\"",
        "num_channels;\"num_channels\":0"
      })
  void open_formThatIsNotComputed_refusedByItsKey(String keyAndConfig) {
    String[] parts = keyAndConfig.split(";", 2);
    var refusal = assertThrows(FederationException.class, () -> base(parts[1]));
    assertTrue(refusal.sentence().contains(": " + parts[0]), refusal.sentence());
  }
}
