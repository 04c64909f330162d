package io.tributary.training.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Folders of pictures and IDX files: what they give and refuse. */
class PictureSourcesTest extends SourceCase {

  @Test
  void imageFolder_foldersOfPictures_areLabelsInTheOrderOfNames() throws IOException {
    SourceSpec source = source(pictures(), "{}");
    assertEquals(SourceFormat.IMAGE_FOLDER, source.format());
    assertEquals(LABELS, LabelSurvey.of(DatasetSpec.heldOut(source)));
    Examples examples = load(source, LABELS);
    assertEquals(3, examples.train().size());
    assertEquals(1, examples.train().label(2));
    var image = (Input.Image) examples.train().get(0).input();
    Pixels pixels = image.picture().pixels();
    assertEquals("Pixels[4 x 3 x 3]", pixels.toString());
    assertEquals(0x30 + "cat/a.png".length(), pixels.at(1, 2, 2));
    assertEquals(2L, examples.card().perLabel().get("cat"));
  }

  @Test
  void imageFolder_copiesOfAPicture_areDuplicatesUnderAnyName() throws IOException {
    Path root = pictures();
    Files.copy(root.resolve("cat/a.png"), root.resolve("cat/copy.png"));
    DatasetSpec spec =
        DatasetSpec.heldOut(source(root, "{}"))
            .withCleaning(new CleaningSpec(true, false, true, true));
    assertEquals(3, Examples.load(spec, LABELS).train().size());
    assertEquals(1L, Examples.load(spec, LABELS).card().cleaning().get("dropped-duplicates"));
    var report = DataCheck.run(DatasetSpec.heldOut(source(root, "{}")), LABELS);
    assertTrue(report.findings().stream().anyMatch(f -> f.code().equals("duplicates")));
  }

  @Test
  void imageFolder_wrongFolders_areRefused() throws IOException {
    assertBegins(
        "pictures, a folder: unknown label \"dog\" (expected: one of cat",
        refusal(source(pictures(), "{}"), List.of("cat")));
    Path empty = Files.createDirectories(folder.resolve("empty"));
    assertBegins("empty: no folders", refusal(source(empty, "{}"), LABELS));
    Path file = file("a.txt", "");
    assertBegins("a.txt: a file", refusal(source(file, "{\"source\": \"image-folder\"}"), LABELS));
    var none = source(folder.resolve("nowhere"), "{\"source\": \"image-folder\"}");
    assertEquals(
        ErrorKind.NOT_FOUND,
        assertThrows(FederationException.class, () -> load(none, LABELS)).kind());
  }

  @Test
  void imageFolder_shareForValidation_isTakenOfEachLabel() throws IOException {
    DatasetSpec spec =
        DatasetSpec.heldOut(source(pictures(), "{}")).withValidation(ValidationSpec.ofShare(0.5));
    Examples examples = Examples.load(spec, LABELS);
    assertEquals(3, examples.train().size() + examples.validation().size());
    assertEquals(examples.card(), Examples.load(spec, LABELS).card());
  }

  private static byte[] idx(int magic, int[] sizes, byte[] values) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.writeInt(magic);
    for (int size : sizes) {
      out.writeInt(size);
    }
    out.write(values);
    return bytes.toByteArray();
  }

  private static byte[] packed(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var gzip = new GZIPOutputStream(packed)) {
      gzip.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] threePictures() throws IOException {
    byte[] values = new byte[3 * 2 * 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (20 * i);
    }
    return idx(0x803, new int[] {3, 2, 2}, values);
  }

  private SourceSpec idxSource(byte[] pictures, byte[] labels) throws IOException {
    Path file = folder.resolve("train-images-idx3-ubyte.gz");
    Files.write(file, pictures);
    Files.write(folder.resolve("train-labels-idx1-ubyte.gz"), labels);
    return source(file, "{\"labels\": {\"0\": \"cat\", \"1\": \"dog\"}}");
  }

  private static byte[] threeLabels() throws IOException {
    return idx(0x801, new int[] {3}, new byte[] {1, 0, 1});
  }

  @Test
  void idx_packedOrNot_givesTheSamePictures() throws IOException {
    Examples plain = load(idxSource(threePictures(), threeLabels()), LABELS);
    Examples gzip = load(idxSource(packed(threePictures()), packed(threeLabels())), LABELS);
    assertEquals(plain.card(), gzip.card());
    assertEquals(3, gzip.train().size());
    assertEquals(1, gzip.train().label(0));
    Pixels second = ((Input.Image) gzip.train().get(1).input()).picture().pixels();
    assertArrayEquals(new byte[] {80, 100, 120, (byte) 140}, second.values());
    assertEquals(
        LABELS, LabelSurvey.of(DatasetSpec.heldOut(idxSource(threePictures(), threeLabels()))));
  }

  @Test
  void idx_wrongFiles_areRefused() throws IOException {
    assertBegins(
        "train-images-idx3-ubyte.gz, byte 0: magic number 0x00000801",
        refusal(idxSource(threeLabels(), threeLabels()), LABELS));
    assertBegins(
        "train-labels-idx1-ubyte.gz: 2 labels (expected: 3, one for each picture)",
        refusal(idxSource(threePictures(), idx(0x801, new int[] {2}, new byte[] {1, 0})), LABELS));
    assertBegins(
        "train-labels-idx1-ubyte.gz, entry 1: unknown label \"7\"",
        refusal(
            idxSource(threePictures(), idx(0x801, new int[] {3}, new byte[] {7, 0, 1})), LABELS));
    byte[] huge = idx(0x803, new int[] {Integer.MAX_VALUE, 1 << 15, 1 << 15}, new byte[4]);
    assertBegins(
        "train-images-idx3-ubyte.gz: cut off", refusal(idxSource(huge, threeLabels()), LABELS));
    assertBegins(
        "train-images-idx3-ubyte.gz: ", refusal(idxSource(packed(huge), threeLabels()), LABELS));
    Path other = Files.write(folder.resolve("x.idx"), threePictures());
    assertBegins("x.idx: a name without", refusal(source(other, "{}"), LABELS));
  }

  @Test
  void idx_changedBytes_areReadOrRefused() throws IOException {
    for (byte[] whole : List.of(threePictures(), packed(threePictures()))) {
      for (long seed = 0; seed < 150; seed++) {
        SourceSpec source = idxSource(Mutations.of(whole, seed), threeLabels());
        Mutations.assertReadOrRefused(
            seed, () -> Examples.load(DatasetSpec.heldOut(source), LABELS));
      }
    }
  }

  @Test
  void watched_everySource_namesWhatChangesWithTheExamples() throws IOException {
    assertEquals(4, source(pictures(), "{}").watched().size());
    assertEquals(2, idxSource(threePictures(), threeLabels()).watched().size());
    Path file = file("t.csv", "");
    assertEquals(List.of(file), source(file, "{}").watched());
  }

  @Test
  void split_pictures_isRefusedWithAdvice() throws IOException {
    SourceSpec source = source(pictures(), "{}");
    var refusal =
        assertThrows(
            FederationException.class,
            () -> FileSplit.stratified(source, SplitPart.parse("a=50%,b=50%"), 1, folder));
    assertTrue(refusal.sentence().contains("validation: 10%"), refusal.sentence());
  }
}
