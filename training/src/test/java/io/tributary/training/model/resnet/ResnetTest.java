package io.tributary.training.model.resnet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.Pictures;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.Slopes;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TokenRows;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResnetTest {
  private static final String SMALL =
      "\"model_type\":\"resnet\",\"embedding_size\":8,\"hidden_sizes\":[8,12],\"depths\":[1,2]";
  private static final String MEAN = "resnet.embedder.embedder.normalization.running_mean";
  private static final String COUNT = "resnet.embedder.embedder.normalization.num_batches_tracked";
  private static final Path GOLDEN = Path.of("src/test/resources/golden");
  private static final int[] ALL = {0, 1, 2, 3};
  private static final String OURS = "w.convolution(at, x, stride, pad)";
  private static final String PLAIN =
      "torch.conv2d(x, w.p[at], None, [stride, stride], [pad, pad])";

  @TempDir Path folder;

  private BaseModel base(String more) throws IOException {
    return Pictures.base(folder.resolve("base"), "{" + SMALL + more + "}");
  }

  private static LiveModel live(BaseModel base, String what) throws IOException {
    String train = "{\"what\":\"" + what + "\"}";
    return SmallModels.live(base, Pictures.HEAD, train, TokenRows.none());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        ",\"layer_type\":\"basic\",\"num_channels\":1",
        ",\"layer_type\":\"basic\",\"downsample_in_first_stage\":true",
        ",\"layer_type\":\"bottleneck\",\"downsample_in_bottleneck\":true,\"hidden_act\":\"silu\""
      })
  void gradients_everyForm_matchDifferencesOfLosses(String more) throws IOException {
    BaseModel base = base(more);
    ImageInputs inputs = Pictures.noise(4, more.contains("num_channels") ? 1 : 3, 32);
    try (LiveModel model = live(base, "all")) {
      Slopes.spread(model);
      Slopes.assertSlope(model, inputs, ALL, DropoutMasks.NONE);
    }
  }

  /** Whatever part is trained, and with layers computed again. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "all;,\"layer_type\":\"basic\"",
        "last-1;,\"layer_type\":\"basic\",\"num_channels\":1",
        "all;,\"layer_type\":\"bottleneck\"",
        "last-2;,\"layer_type\":\"bottleneck\",\"downsample_in_bottleneck\":true",
        "biases;,\"layer_type\":\"basic\""
      })
  void gradients_fewPlacesToAChannel_areThoseOfPlainConvolutions(String whatAndForm)
      throws IOException {
    String[] parts = whatAndForm.split(";", 2);
    BaseModel base = base(parts[1]);
    try (LiveModel model = live(base, parts[0])) {
      Slopes.spread(model);
      float[] expected = gradients(model, script(PLAIN), base, false);
      assertClose(expected, gradients(model, script(OURS), base, false));
      assertClose(expected, gradients(model, script(OURS), base, true));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {OURS + ", " + OURS, PLAIN + ", " + OURS, OURS + ", " + PLAIN})
  void gradients_weightUsedTwiceInALayer_areSums(String both) throws IOException {
    BaseModel base = base("");
    try (LiveModel model = live(base, "all")) {
      Slopes.spread(model);
      Script twice = script("torch.add(" + PLAIN + ", " + PLAIN + ")");
      float[] expected = gradients(model, twice, base, false);
      assertClose(expected, gradients(model, script("torch.add(" + both + ")"), base, false));
    }
  }

  /** The family's script with convolutions computed in another way. */
  private static Script script(String convolution) {
    String usual = Script.differentiated(ResnetArchitecture.class, "resnet.py").text();
    assertTrue(usual.contains(OURS));
    return new Script("changed.py", usual.replace(OURS, convolution), true);
  }

  /** Of the same parameters, by a script that computes convolutions in one way or the other. */
  private static float[] gradients(LiveModel like, Script script, BaseModel base, boolean again)
      throws IOException {
    try (ModelValues values = ModelValues.withoutHead(base, Pictures.HEAD);
        TorchScope scope = TorchRuntime.start(1).scope(script)) {
      var shape = (ResnetArchitecture) values.architecture();
      var model = new SegmentedModel(shape, scope, like.parameters(), new ResnetForm(shape));
      model.recompute(again);
      trained(like).floats().put(0, Float.NaN);
      model.gradients(inputs(shape), new int[] {0, 1, 2}, DropoutMasks.NONE);
      float[] gradients = new float[Math.toIntExact(trained(like).elements())];
      trained(like).floats().get(gradients);
      return gradients;
    }
  }

  private static ImageInputs inputs(ResnetArchitecture shape) {
    return Pictures.noise(3, shape.channels(), 16);
  }

  private static Tensor trained(LiveModel model) {
    return model.parameters().trainable().gradients();
  }

  private static void assertClose(float[] expected, float[] found) {
    double most = 0;
    double furthest = 0;
    for (int i = 0; i < expected.length; i++) {
      most = Math.max(most, Math.abs(expected[i]));
      furthest = Math.max(furthest, Math.abs(expected[i] - (double) found[i]));
    }
    assertTrue(most > 1e-3, "largest " + most);
    assertTrue(furthest < 1e-4 * most, furthest + " beside " + most);
  }

  @Test
  void statistics_trainedLayers_moveWithEveryStepAndOnceWhenComputedAgain() throws IOException {
    BaseModel base = base("");
    ImageInputs inputs = Pictures.noise(4, 3, 32);
    try (LiveModel once = live(base, "all");
        LiveModel again = live(base, "all")) {
      ((SegmentedModel) again).recompute(true);
      for (int step = 1; step <= 2; step++) {
        once.gradients(inputs, ALL, DropoutMasks.NONE);
        again.gradients(inputs, ALL, DropoutMasks.NONE);
        assertEquals(step, once.parameters().bytes(COUNT).getLong());
        for (String name :
            List.of(
                MEAN,
                COUNT,
                "resnet.encoder.stages.1.layers.1.layer.0" + ".normalization.running_var")) {
          assertEquals(once.parameters().bytes(name), again.parameters().bytes(name), name);
        }
      }
      assertNotEquals(ByteBuffer.allocate(32), once.parameters().bytes(MEAN));
    }
  }

  @Test
  void statistics_layersThatAreNotTrained_stayAsTheyAre() throws IOException {
    BaseModel base = base("");
    ImageInputs inputs = Pictures.noise(4, 3, 32);
    Plan last = plan("last-1");
    assertTrue(TrainedLayout.statistics(base, plan("head")).tensors().isEmpty());
    assertTrue(
        TrainedLayout.statistics(base, last).tensors().stream()
            .allMatch(tensor -> tensor.name().startsWith("resnet.encoder.stages.1.layers.1.")));
    try (LiveModel model = live(base, "last-1")) {
      model.gradients(inputs, ALL, DropoutMasks.NONE);
      assertEquals(0, model.parameters().bytes(COUNT).getLong());
      assertEquals(
          1,
          model
              .parameters()
              .bytes("resnet.encoder.stages.1.layers.1.layer.0.normalization.num_batches_tracked")
              .getLong());
    }
  }

  @Test
  void logits_oneValueAChannel_useStatisticsAndStayFinite() throws IOException {
    BaseModel base = base("");
    ImageInputs inputs = Pictures.noise(1, 3, 8);
    try (LiveModel model = live(base, "all")) {
      assertTrue(Double.isFinite(model.gradients(inputs, new int[] {0}, DropoutMasks.NONE)));
      for (float logit : model.logits(inputs, new int[] {0})) {
        assertTrue(Float.isFinite(logit));
      }
    }
  }

  private static Plan plan(String what) {
    return SmallModels.plan("image-classification", "{\"what\":\"" + what + "\"}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"resnet-basic", "resnet-bottleneck"})
  void open_namesOfTorchvision_sameLogits(String golden) throws IOException {
    Files.createDirectories(folder.resolve("tv"));
    Path from = GOLDEN.resolve(golden);
    Files.copy(from.resolve("config.json"), folder.resolve("tv/config.json"));
    Files.copy(from.resolve("torchvision.safetensors"), folder.resolve("tv/model.safetensors"));
    ImageInputs inputs = Pictures.noise(2, 3, 32);
    assertArrayEquals(
        logits(BaseModel.open(from), inputs), logits(BaseModel.open(folder.resolve("tv")), inputs));
  }

  private static float[] logits(BaseModel base, ImageInputs inputs) throws IOException {
    var head = io.tributary.training.model.Head.of(Pictures.HEAD.task(), 4);
    try (ModelValues values = ModelValues.ofBase(base, head);
        LiveModel model =
            LiveModel.open(
                io.tributary.training.torch.TorchRuntime.start(1),
                plan("all").train(),
                values,
                TokenRows.none(),
                false)) {
      return model.logits(inputs, new int[] {0, 1});
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "layer_type;\"layer_type\":\"wide\"",
        "depths;\"depths\":[1]",
        "hidden_sizes;\"hidden_sizes\":[2,8]",
        "num_channels;\"num_channels\":4",
        "hidden_act;\"hidden_act\":\"mish\"",
        "embedding_size;\"embedding_size\":0"
      })
  void open_formThatIsNotComputed_refusedByItsKey(String keyAndConfig) throws IOException {
    String[] parts = keyAndConfig.split(";", 2);
    Files.createDirectories(folder.resolve("odd"));
    String usual = SMALL.replaceAll(",\"" + parts[0] + "\":(\\[[^]]*\\]|[^,]*)", "");
    Files.writeString(folder.resolve("odd/config.json"), "{" + usual + "," + parts[1] + "}");
    Files.copy(
        GOLDEN.resolve("resnet-basic/model.safetensors"), folder.resolve("odd/model.safetensors"));
    var refusal =
        assertThrows(FederationException.class, () -> BaseModel.open(folder.resolve("odd")));
    assertTrue(refusal.sentence().contains(": " + parts[0]), refusal.sentence());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "all-linear;linear modules of this model: classifier.1)",
        "convolution;linear modules of this model: classifier.1)",
        "classifier.1;train.what: head"
      })
  void layout_adaptersWhereOnlyTheHeadIsLinear_refusedWithWhatThereIs(String targetAndRule)
      throws IOException {
    String[] parts = targetAndRule.split(";", 2);
    String lora = "{\"what\":\"lora\",\"lora\":{\"targets\":[\"" + parts[0] + "\"]}}";
    Plan plan = SmallModels.plan("image-classification", lora);
    BaseModel base = base("");
    var refusal = assertThrows(FederationException.class, () -> TrainedLayout.of(base, plan));
    assertTrue(refusal.sentence().contains(parts[1]), refusal.sentence());
    assertEquals(1, refusal.sentence().lines().count());
  }
}
