package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonArray;
import io.tributary.federation.json.JsonValue.JsonNumber;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.JsonString;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Decoding and resampling against Pillow 11 (pictures), and what models take of it. */
class PicturesTest {
  private static final Path FILE = Path.of("a.png");

  private final JsonObject golden;

  PicturesTest() throws IOException {
    Path file = Path.of("src/test/resources/pictures/case.json");
    golden = (JsonObject) JsonReader.read(Files.readAllBytes(file));
  }

  private static List<JsonValue> items(JsonObject object, String key) {
    return ((JsonArray) object.find(key).orElseThrow()).items();
  }

  private static String text(JsonObject object, String key) {
    return ((JsonString) object.find(key).orElseThrow()).value();
  }

  private static byte[] bytes(JsonObject object, String key) {
    return Base64.getDecoder().decode(text(object, key));
  }

  private static int number(JsonValue value) {
    return ((JsonNumber) value).value().intValueExact();
  }

  private static int channels(JsonObject object) {
    return text(object, "mode").equals("L") ? 1 : 3;
  }

  @Test
  void scale_pillowsVectors_areTheSameBitByBit() {
    for (JsonValue item : items(golden, "resampling")) {
      var one = (JsonObject) item;
      int width = number(one.find("width").orElseThrow());
      int height = number(one.find("height").orElseThrow());
      var picture = new Pixels(width, height, channels(one), bytes(one, "input"));
      int code = number(one.find("resample").orElseThrow());
      Resampling resampling =
          Arrays.stream(Resampling.values()).filter(r -> r.code() == code).findFirst().get();
      List<JsonValue> to = items(one, "to");
      Pixels scaled = resampling.scale(picture, number(to.get(0)), number(to.get(1)));
      assertArrayEquals(bytes(one, "expected"), scaled.values(), resampling + " " + picture);
    }
  }

  @Test
  void decode_filesOfEveryColourModel_areAsPillowReadsThem() {
    for (JsonValue item : items(golden, "files")) {
      var one = (JsonObject) item;
      Pixels pixels = ImageFiles.decode(FILE, bytes(one, "bytes"));
      assertEquals(number(items(one, "size").get(0)), pixels.width(), text(one, "name"));
      assertEquals(channels(one), pixels.channels(), text(one, "name"));
      int allowed = text(one, "name").endsWith(".jpg") ? 3 : 0;
      byte[] expected = bytes(one, "pixels");
      for (int i = 0; i < expected.length; i++) {
        int difference = Math.abs((expected[i] & 0xff) - (pixels.values()[i] & 0xff));
        assertTrue(difference <= allowed, text(one, "name") + " at " + i + ": " + difference);
      }
    }
  }

  @Test
  void decode_changedBytes_isDecodedOrRefusedInOneLine() {
    for (JsonValue item : items(golden, "files")) {
      byte[] whole = bytes((JsonObject) item, "bytes");
      for (long seed = 0; seed < 150; seed++) {
        byte[] broken = Mutations.of(whole, seed);
        Mutations.assertReadOrRefused(seed, () -> ImageFiles.decode(FILE, broken));
      }
    }
  }

  @Test
  void decode_hugeHeader_isRefusedBeforeDecoding() {
    byte[] png = bytes((JsonObject) items(golden, "files").get(0), "bytes");
    png[16] = 0x7f;
    var refusal = assertThrows(FederationException.class, () -> ImageFiles.decode(FILE, png));
    assertTrue(refusal.sentence().startsWith("a.png: "), refusal.sentence());
  }

  @Test
  void decode_anotherFormat_isRefused() {
    var refusal =
        assertThrows(FederationException.class, () -> ImageFiles.decode(FILE, new byte[] {'G'}));
    assertEquals(
        "a.png: another format (expected: PNG or JPEG). Convert it or remove it.",
        refusal.sentence());
  }

  @Test
  void preprocessing_configOfVit_isReadAndApplied() {
    var preprocessing =
        ImagePreprocessing.parse(
            JsonReader.read(
                """
                {"do_resize": true, "size": {"height": 2, "width": 3}, "resample": 2,
                 "do_rescale": true, "rescale_factor": 0.00392156862745098,
                 "image_mean": [0.5, 0.4, 0.3], "image_std": [0.5, 0.25, 0.2],
                 "image_processor_type": "ViTImageProcessor"}
                """));
    byte[] grey = new byte[24];
    Arrays.fill(grey, (byte) 51);
    float[] values = preprocessing.apply(new Pixels(6, 4, 1, grey));
    assertEquals(18, values.length);
    assertEquals((0.2f - 0.5f) / 0.5f, values[0], 1e-6);
    assertEquals((0.2f - 0.4f) / 0.25f, values[6], 1e-6);
    assertEquals((0.2f - 0.3f) / 0.2f, values[17], 1e-6);
  }

  @Test
  void preprocessing_shortestEdgeAndCrop_keepTheShapeAndTheCentre() {
    var preprocessing =
        ImagePreprocessing.parse(
            JsonReader.read(
                """
                {"size": {"shortest_edge": 4}, "do_center_crop": true, "crop_size": 3,
                 "do_normalize": false, "do_convert_rgb": false, "do_rescale": false,
                 "resample": 0}
                """));
    byte[] values = new byte[8 * 4];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) i;
    }
    Pixels shaped = preprocessing.shaped(new Pixels(8, 4, 1, values));
    assertArrayEquals(new byte[] {2, 3, 4, 10, 11, 12, 18, 19, 20}, shaped.values());
    assertArrayEquals(new float[] {2, 3, 4, 10, 11, 12, 18, 19, 20}, preprocessing.values(shaped));
  }

  @Test
  void preprocessing_cropLargerThanThePicture_isPaddedWithZeros() {
    var preprocessing =
        new ImagePreprocessing(
            false,
            Optional.empty(),
            Optional.of(new ImagePreprocessing.Size(2, 4)),
            1,
            List.of(0f),
            List.of(1f));
    assertArrayEquals(
        new float[] {0, 0, 9, 0, 0, 0, 0, 0},
        rotated(preprocessing.apply(new Pixels(1, 1, 1, new byte[] {9}))));
  }

  /** One row is padded above, so the picture stands in the second. */
  private static float[] rotated(float[] values) {
    float[] rotated = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      rotated[(i + 4) % values.length] = values[i];
    }
    return rotated;
  }

  @Test
  void preprocessing_impossibleConfig_isRefused() {
    for (String json :
        List.of(
            "{\"resample\": 4}",
            "{\"size\": 0}",
            "{\"size\": {\"height\": 3}}",
            "{\"image_mean\": [1, 2]}",
            "{\"image_std\": [0, 0, 0], \"image_mean\": [0, 0, 0]}",
            "{\"image_mean\": \"x\"}",
            "[]")) {
      assertThrows(
          FederationException.class, () -> ImagePreprocessing.parse(JsonReader.read(json)), json);
    }
  }

  @Test
  void augmentation_sameStream_isTheSameAndKeepsShapeAndRange() {
    byte[] values = new byte[12 * 10 * 3];
    new Random(4).nextBytes(values);
    var picture = new Pixels(12, 10, 3, values);
    var augmentation = new ImageAugmentation(2, 0.5, 0.4, 0.4, 0.4);
    byte[] first = augmentation.apply(picture, Mutations.stream(7)).values();
    assertArrayEquals(first, augmentation.apply(picture, Mutations.stream(7)).values());
    assertTrue(!Arrays.equals(first, augmentation.apply(picture, Mutations.stream(8)).values()));
    assertArrayEquals(
        values, ImageAugmentation.none().apply(picture, Mutations.stream(7)).values());
  }

  @Test
  void augmentation_mirrorAlways_exchangesLeftAndRight() {
    var picture = new Pixels(3, 1, 1, new byte[] {1, 2, 3});
    var mirror = new ImageAugmentation(0, 1, 0, 0, 0);
    assertArrayEquals(new byte[] {3, 2, 1}, mirror.apply(picture, Mutations.stream(1)).values());
  }

  @Test
  void augmentation_cropWithPadding_movesByAtMostThePadding() {
    var picture = new Pixels(3, 3, 1, new byte[] {0, 0, 0, 0, 9, 0, 0, 0, 0});
    var crop = new ImageAugmentation(1, 0, 0, 0, 0);
    var seen = new java.util.TreeSet<Integer>();
    for (long seed = 0; seed < 200; seed++) {
      byte[] moved = crop.apply(picture, Mutations.stream(seed)).values();
      int at = 0;
      while (moved[at] != 9) {
        at++;
      }
      seen.add(at);
    }
    assertEquals(9, seen.size());
  }

  @Test
  void augmentation_contrastOfAConstantPicture_leavesItAlone() {
    byte[] values = new byte[27];
    Arrays.fill(values, (byte) 100);
    var picture = new Pixels(3, 3, 3, values);
    var contrast = new ImageAugmentation(0, 0, 0, 1, 1);
    assertArrayEquals(values, contrast.apply(picture, Mutations.stream(2)).values());
  }

  @Test
  void augmentation_impossibleSettings_areRefused() {
    assertThrows(FederationException.class, () -> new ImageAugmentation(-1, 0, 0, 0, 0));
    assertThrows(FederationException.class, () -> new ImageAugmentation(0, 2, 0, 0, 0));
    assertThrows(FederationException.class, () -> new ImageAugmentation(0, 0, Double.NaN, 0, 0));
    assertThrows(FederationException.class, () -> new TextAugmentation(1, 0));
    assertThrows(FederationException.class, () -> new TextAugmentation(0, -1));
  }
}
