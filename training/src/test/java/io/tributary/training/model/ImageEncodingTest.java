package io.tributary.training.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.Task;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.FeatureShift;
import io.tributary.training.data.ImageAugmentation;
import io.tributary.training.data.ImagePreprocessing;
import io.tributary.training.data.Input;
import io.tributary.training.data.OtherExample;
import io.tributary.training.data.Picture;
import io.tributary.training.data.TabularExample;
import io.tributary.training.data.Target;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageEncodingTest {
  private static final String LENET =
      "{\"model_type\":\"lenet\",\"image_size\":12,\"conv_channels\":[4]}";

  @TempDir Path folder;

  private OtherExample picture(String name, int width, int height, int grey, Target target)
      throws IOException {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < width * height; i++) {
      image.getRaster().setSample(i % width, i / width, 0, grey);
    }
    Path file = folder.resolve(name + ".png");
    ImageIO.write(image, "png", file.toFile());
    return new OtherExample(
        new Input.Image(new Picture.InFile(file, name, Files.size(file))), target);
  }

  private static Plan plan(String more) {
    return Plan.parse(
        "{\"name\":\"pictures\",\"seed\":5,\"model\":{\"base\":\"b\","
            + "\"task\":\"image-classification\",\"labels\":[\"no\",\"yes\"]"
            + more
            + "}}");
  }

  private static float[] pixels(ImageInputs inputs, int example) {
    FloatBuffer into = FloatBuffer.allocate(inputs.channels() * inputs.height() * inputs.width());
    inputs.pixels().read(example, into);
    assertEquals(0, into.remaining());
    return into.array();
  }

  @Test
  void encode_withoutPreprocessor_scaledToTheModelsSizeFromZeroToOne() throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base"), LENET);
    var part =
        new ExamplePart(
            List.of(
                picture("a", 12, 12, 255, new Target.Label(1)),
                picture("b", 24, 30, 51, new Target.Label(0))));
    try (Encoder encoder = Encoder.open(base, plan(""))) {
      var inputs = (ImageInputs) encoder.encode(part);
      assertEquals(List.of(1, 12, 12), List.of(inputs.channels(), inputs.height(), inputs.width()));
      assertEquals(1f, pixels(inputs, 0)[7]);
      assertEquals(0.2f, pixels(inputs, 1)[143], 1e-6f);
      assertEquals(1, inputs.label(0));
      assertEquals(0, inputs.label(1));
    }
  }

  @Test
  void encode_preprocessorConfig_meanAndDeviationOfEachChannel() throws IOException {
    BaseModel base =
        Pictures.base(
            folder.resolve("base"),
            "{\"model_type\":\"resnet\",\"depths\":[1],\"hidden_sizes\":[8]}");
    Files.writeString(
        base.folder().resolve("preprocessor_config.json"),
        "{\"size\":{\"height\":2,\"width\":3},\"image_mean\":[0.5,0,0],\"image_std\":[0.5,1,2]}");
    var part = new ExamplePart(List.of(picture("a", 12, 12, 255, new Target.Label(1))));
    try (Encoder encoder = Encoder.open(base, plan(""))) {
      var inputs = (ImageInputs) encoder.encode(part);
      float[] values = pixels(inputs, 0);
      assertEquals(18, values.length);
      assertArrayEquals(
          new float[] {1, 1, 0.5f}, new float[] {values[0], values[6], values[17]}, 1e-6f);
    }
  }

  @Test
  void encode_shiftedPictures_haveShiftedSamplesOfOneShift() throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base"), LENET);
    OtherExample plain = picture("a", 12, 12, 51, new Target.Label(1));
    var shifted =
        new OtherExample(
            new Input.Image(((Input.Image) plain.input()).picture(), new FeatureShift(2, -1)),
            new Target.Label(0));
    try (Encoder encoder = Encoder.open(base, plan(""))) {
      var inputs = (ImageInputs) encoder.encode(new ExamplePart(List.of(shifted)));
      assertEquals(-0.6f, pixels(inputs, 0)[7], 1e-6f);
      assertThrows(
          IllegalArgumentException.class,
          () -> encoder.encode(new ExamplePart(List.of(shifted, plain))));
    }
  }

  @Test
  void encode_severalLabels_oneNumberForEach() throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base"), LENET);
    var part =
        new ExamplePart(
            List.of(
                picture("a", 12, 12, 9, new Target.Labels(List.of(0, 1))),
                picture("b", 12, 12, 9, new Target.Labels(List.of()))));
    try (Encoder encoder = Encoder.open(base, plan(",\"multi-label\":true"))) {
      var targets = (Targets.Numbers) encoder.encode(part).targets();
      assertArrayEquals(new float[] {1, 1, 0, 0}, targets.all());
    }
  }

  @Test
  void read_picturesOfTwoSizesOrTooLargeToHold_refusedOrDecodedAgain() throws IOException {
    var part =
        new ExamplePart(
            List.of(
                picture("a", 4, 4, 100, new Target.Label(1)),
                picture("b", 4, 5, 100, new Target.Label(0)),
                picture("c", 4, 4, 200, new Target.Label(0))));
    var encoding =
        new ImageEncoding(
            ImagePreprocessing.plain(), Head.of(Task.IMAGE_CLASSIFICATION, 2), "resnet", 0);
    var inputs = (ImageInputs) encoding.encode(part);
    assertEquals(200 / 255f, pixels(inputs, 2)[0], 1e-6f);
    Files.copy(
        folder.resolve("a.png"),
        folder.resolve("c.png"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    assertEquals(100 / 255f, pixels(inputs, 2)[0], 1e-6f);
    var refusal = assertThrows(FederationException.class, () -> pixels(inputs, 1));
    assertTrue(refusal.sentence().contains("5 x 4 x 1 and 4 x 4 x 1"), refusal.sentence());
  }

  @Test
  void encodeForTraining_augmentation_drawsAnewAndRepeatsFromItsStream() throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base"), LENET);
    var part = new ExamplePart(List.of(picture("a", 12, 12, 100, new Target.Label(1))));
    Plan plan =
        Plan.parse(
            plan("")
                .toJson()
                .canonical()
                .replaceFirst("\\{", "{\"augmentation\":{\"brightness\":0.5},"));
    assertEquals(plan, Plan.parse(plan.toJson().canonical()));
    try (Encoder encoder = Encoder.open(base, plan)) {
      var once = (ImageInputs) encoder.encodeForTraining(part, plan.augmentation(), stream());
      var again = (ImageInputs) encoder.encodeForTraining(part, plan.augmentation(), stream());
      float first = pixels(once, 0)[0];
      assertEquals(first, pixels(again, 0)[0]);
      assertNotEquals(first, pixels(once, 0)[0]);
      var untouched =
          (ImageInputs) encoder.encodeForTraining(part, plan("").augmentation(), stream());
      assertEquals(100 / 255f, pixels(untouched, 0)[0], 1e-6f);
    }
    String rows =
        plan.toJson().canonical().replace("image-classification", "tabular-classification");
    var refusal = assertThrows(FederationException.class, () -> Plan.parse(rows));
    assertTrue(refusal.sentence().contains("augmentation"), refusal.sentence());
  }

  private static RandomGenerator stream() {
    return new RandomStreams(3).stream(1, "site", ImageAugmentation.PURPOSE);
  }

  @Test
  void encode_examplesOfAnotherKind_refused() throws IOException {
    BaseModel base = Pictures.base(folder.resolve("base"), LENET);
    var rows = ExamplePart.ofRows(List.of(new TabularExample(new float[] {1}, 0)));
    try (Encoder encoder = Encoder.open(base, plan(""))) {
      assertThrows(FederationException.class, () -> encoder.encode(rows));
    }
    Files.writeString(base.folder().resolve("preprocessor_config.json"), "{\"resample\":5}");
    var refusal = assertThrows(FederationException.class, () -> Encoder.open(base, plan("")));
    assertTrue(refusal.sentence().contains("resample"), refusal.sentence());
  }
}
