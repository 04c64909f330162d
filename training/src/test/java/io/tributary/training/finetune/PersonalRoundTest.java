package io.tributary.training.finetune;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.settings.Settings;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.ExportForm;
import io.tributary.training.model.HuggingFaceExport;
import io.tributary.training.model.Pictures;
import io.tributary.training.model.SmallModels;
import io.tributary.training.model.TrainedLayout;
import io.tributary.training.worker.GroupFile;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is a node's own, over two rounds at one node. */
class PersonalRoundTest {
  private static final double RATE = 0.05;

  @TempDir Path folder;

  private static Plan plan(String task, String train) {
    String json =
        """
        {"name":"small","seed":5,
         "model":{"base":"small","task":"%s","labels":["no","yes"]},
         "train":{"batch-size":8,"clip-norm":0,"epochs":3,%s,
                  "optimizer":{"name":"sgd","learning-rate":%s,"weight-decay":0.01},
                  "schedule":{"name":"constant","warm-up":0}}}
        """;
    return Plan.parse(json.formatted(task, train, RATE));
  }

  private static Plan rowsPlan(String personal) {
    return plan("tabular-classification", "\"personal\":" + personal);
  }

  private BaseModel mlp() throws IOException {
    Path base = folder.resolve("mlp");
    return Files.exists(base) ? BaseModel.open(base) : SmallModels.mlp(base);
  }

  private DatasetSpec rows() throws IOException {
    var csv = new StringBuilder("a,b,c,d,label\n");
    for (int i = 0; i < 64; i++) {
      double x = Math.sin(i * 1.7);
      csv.append(x).append(',').append(Math.cos(i)).append(",0.5,1,");
      csv.append(x > 0 ? "yes" : "no").append('\n');
    }
    Path file = Files.writeString(folder.resolve("rows.csv"), csv);
    return spec(
        "{\"source\":\"csv\",\"path\":\""
            + file
            + "\",\"features\":[\"a\",\"b\",\"c\",\"d\"],\"label\":\"label\"}");
  }

  private DatasetSpec spec(String train) {
    String json = "{\"train\":" + train + ",\"validation\":\"25%\"}";
    return DatasetSpec.read(Settings.of("data", JsonReader.read(json)), folder);
  }

  private TrainOutcome run(
      BaseModel base, Plan plan, DatasetSpec data, int round, Optional<Path> kept)
      throws IOException {
    Path zero = Files.createTempFile(folder, "zero", "");
    var order =
        new TrainOrder(
            AssignmentId.parse("run/" + round + "/1/a"),
            plan,
            base.folder(),
            SmallModels.checkpoint(base, plan, zero),
            data,
            0,
            Files.createTempDirectory(folder, "output"),
            "cpu",
            Optional.empty(),
            Optional.empty(),
            kept);
    return FineTuning.run(order, ProgressListener.NONE, () -> false, () -> 0);
  }

  private TrainOutcome run(String personal, int round, Optional<Path> kept) throws IOException {
    return run(mlp(), rowsPlan(personal), rows(), round, kept);
  }

  private static Path personal(TrainOutcome outcome) {
    return outcome.kept().orElseThrow().resolve("personal.safetensors");
  }

  private static Layout layout(Path file) throws IOException {
    return Safetensors.read(ByteSource.of(Files.readAllBytes(file))).layout();
  }

  private static SortedMap<String, float[]> tensors(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    var header = Safetensors.read(ByteSource.of(bytes));
    SortedMap<String, float[]> tensors = new TreeMap<>();
    for (TensorSpec tensor : header.layout().tensors()) {
      float[] values = new float[(int) tensor.elements()];
      ByteBuffer.wrap(bytes, (int) header.position(tensor.name()), (int) tensor.bytes())
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      tensors.put(tensor.name(), values);
    }
    return tensors;
  }

  private static float[] of(SortedMap<String, float[]> tensors, String name) {
    return requireNonNull(tensors.get(name));
  }

  private static double distance(Path one, Path other) throws IOException {
    SortedMap<String, float[]> first = tensors(one);
    double squares = 0;
    for (var entry : tensors(other).entrySet()) {
      float[] mine = first.getOrDefault(entry.getKey(), new float[0]);
      for (int i = 0; i < mine.length; i++) {
        squares += Math.pow((double) mine[i] - entry.getValue()[i], 2);
      }
    }
    return Math.sqrt(squares);
  }

  /** Whether the bytes of any tensor of a file are somewhere in another one. */
  private static boolean holdsAny(Path file, SortedMap<String, float[]> tensors)
      throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    for (float[] values : tensors.values()) {
      ByteBuffer pattern =
          ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
      pattern.asFloatBuffer().put(values);
      for (int at = 0; at + pattern.capacity() <= bytes.length; at++) {
        if (Arrays.equals(
            bytes, at, at + pattern.capacity(), pattern.array(), 0, pattern.capacity())) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean shows(TrainOutcome outcome, String prefix) {
    return outcome.metrics().keySet().stream().anyMatch(name -> name.startsWith(prefix));
  }

  @Test
  void fedPer_head_staysAtTheNodeAndIsGoneOnFrom() throws IOException {
    Layout shared = TrainedLayout.of(mlp(), rowsPlan("\"fedper\""));
    Layout own = TrainedLayout.personal(mlp(), rowsPlan("\"fedper\""));
    assertEquals(
        List.of("4.bias", "4.weight"), own.tensors().stream().map(TensorSpec::name).toList());
    TrainOutcome first = run("\"fedper\"", 1, Optional.empty());
    assertEquals(List.of("delta"), first.groups().stream().map(GroupFile::name).toList());
    GroupFile delta = first.groups().get(0);
    assertEquals(shared, layout(delta.file()));
    assertEquals(shared.digest(), delta.layout());
    assertEquals(own, layout(personal(first)));
    assertFalse(holdsAny(delta.file(), tensors(personal(first))));
    assertTrue(shows(first, "personal-") && !shows(first, "global-"), first.metrics().toString());
    TrainOutcome second = run("\"fedper\"", 2, first.kept());
    TrainOutcome fresh = run("\"fedper\"", 2, Optional.empty());
    assertNotEquals(fresh.groups().get(0).digest(), second.groups().get(0).digest());
    assertEquals(List.of(), second.notes());
    assertNotEquals(-1, Files.mismatch(personal(fresh), personal(second)));
  }

  @Test
  void fedPer_firstRound_trainsWhatOneModelForAllDoes() throws IOException {
    TrainOutcome one = run("\"none\"", 1, Optional.empty());
    TrainOutcome per = run("\"fedper\"", 1, Optional.empty());
    SortedMap<String, float[]> whole = tensors(one.groups().get(0).file());
    tensors(per.groups().get(0).file())
        .forEach((name, values) -> assertTrue(Arrays.equals(values, whole.get(name)), name));
    assertEquals(one.metrics().get("validation-loss"), per.metrics().get("personal-loss"));
  }

  @Test
  void fedRep_headFirst_thenStandsStill() throws IOException {
    String personal = "{\"name\":\"fedrep\",\"head-epochs\":2}";
    TrainOutcome rep = run(personal, 1, Optional.empty());
    TrainOutcome per = run("\"fedper\"", 1, Optional.empty());
    assertNotEquals(per.groups().get(0).digest(), rep.groups().get(0).digest());
    Path phase = rep.kept().orElseThrow().resolveSibling("head").resolve("personal.safetensors");
    assertEquals(-1, Files.mismatch(phase, personal(rep)), "the body's steps leave the head");
    float[] body = tensors(rep.groups().get(0).file()).getOrDefault("0.weight", new float[0]);
    assertTrue(body.length > 0 && body[0] != 0, "the body moved");
  }

  @Test
  void fedBn_normsAndStatistics_stayAtTheNode() throws IOException {
    BaseModel base =
        Pictures.base(
            folder.resolve("resnet"),
            "{\"model_type\":\"resnet\",\"embedding_size\":4,\"hidden_sizes\":[4,6],"
                + "\"depths\":[1,1],\"layer_type\":\"basic\"}");
    Plan plan = plan("image-classification", "\"personal\":\"fedbn\"");
    Layout shared = TrainedLayout.of(base, plan);
    Layout own = TrainedLayout.personal(base, plan);
    assertEquals(List.of(), TrainedLayout.statistics(base, plan).tensors());
    assertTrue(shared.tensors().stream().noneMatch(t -> t.name().contains("normalization")));
    assertTrue(own.tensors().stream().allMatch(t -> t.name().contains("normalization")));
    for (String part :
        List.of("weight", "bias", "running_mean", "running_var", "batches_tracked")) {
      assertTrue(own.tensors().stream().anyMatch(t -> t.name().endsWith(part)), part);
    }
    TrainOutcome first = run(base, plan, pictures(), 1, Optional.empty());
    assertEquals(List.of("delta"), first.groups().stream().map(GroupFile::name).toList());
    assertEquals(shared, layout(first.groups().get(0).file()));
    assertEquals(own, layout(personal(first)));
    TrainOutcome second = run(base, plan, pictures(), 2, first.kept());
    assertEquals(List.of(), second.notes());
    assertNotEquals(-1, Files.mismatch(personal(first), personal(second)));
  }

  private DatasetSpec pictures() throws IOException {
    Path root = folder.resolve("pictures");
    for (String label : List.of("no", "yes")) {
      Files.createDirectories(root.resolve(label));
      for (int i = 0; i < 8; i++) {
        var picture = new BufferedImage(32, 32, BufferedImage.TYPE_INT_RGB);
        for (int x = 0; x < 32; x++) {
          for (int y = 0; y < 32; y++) {
            picture.setRGB(x, y, (label.equals("no") ? 0xff : 0xff00) * (1 + (x * y + i) % 3));
          }
        }
        ImageIO.write(picture, "png", root.resolve(label).resolve(i + ".png").toFile());
      }
    }
    return spec("{\"source\":\"image-folder\",\"path\":\"" + root + "\"}");
  }

  @Test
  void ditto_ownModel_isNearTheReceivedOneByLambda() throws IOException {
    List<Double> far = new ArrayList<>();
    for (String lambda : List.of("0", "1", "10")) {
      Plan plan = rowsPlan("{\"name\":\"ditto\",\"lambda\":" + lambda + "}");
      TrainOutcome outcome = run(mlp(), plan, rows(), 1, Optional.empty());
      Path received = SmallModels.checkpoint(mlp(), plan, folder.resolve("received" + lambda));
      assertEquals(TrainedLayout.of(mlp(), plan), layout(personal(outcome)));
      far.add(distance(received, personal(outcome)));
    }
    assertTrue(far.get(0) > far.get(1) && far.get(1) > far.get(2) && far.get(2) > 0, "" + far);
  }

  @Test
  void ditto_sharedModel_isThatOfNoPersonalOne() throws IOException {
    TrainOutcome none = run("\"none\"", 1, Optional.empty());
    TrainOutcome ditto = run("\"ditto\"", 1, Optional.empty());
    assertEquals(none.groups().get(0).digest(), ditto.groups().get(0).digest());
    for (String prefix : List.of("global-", "validation-", "personal-")) {
      assertTrue(shows(ditto, prefix), prefix + " in " + ditto.metrics());
    }
    assertFalse(shows(none, "global-") || shows(none, "personal-"), none.metrics().toString());
    TrainOutcome goesOn = run("\"ditto\"", 2, ditto.kept());
    TrainOutcome fresh = run("\"ditto\"", 2, Optional.empty());
    assertEquals(fresh.groups().get(0).digest(), goesOn.groups().get(0).digest());
    assertNotEquals(-1, Files.mismatch(personal(fresh), personal(goesOn)));
  }

  @Test
  void fineTune_everyRound_startsFromTheReceivedModel() throws IOException {
    TrainOutcome first = run("\"fine-tune\"", 2, Optional.empty());
    TrainOutcome again = run("\"fine-tune\"", 2, first.kept());
    assertEquals(-1, Files.mismatch(personal(first), personal(again)));
    assertTrue(shows(first, "global-") && shows(first, "personal-"));
  }

  @Test
  void apfl_sharedModel_isUntouched_ownOneIsMixedByAlpha() throws IOException {
    TrainOutcome none = run("\"none\"", 1, Optional.empty());
    for (String alpha : List.of("0", "0.5", "1")) {
      String personal = "{\"name\":\"apfl\",\"adaptive\":false,\"alpha\":" + alpha + "}";
      TrainOutcome outcome = run(personal, 1, Optional.empty());
      assertEquals(none.groups().get(0).digest(), outcome.groups().get(0).digest(), alpha);
      Path own = outcome.kept().orElseThrow().resolve("own.safetensors");
      SortedMap<String, float[]> v = tensors(own);
      SortedMap<String, float[]> mixed = tensors(personal(outcome));
      SortedMap<String, float[]> delta = tensors(outcome.groups().get(0).file());
      Path zero = SmallModels.checkpoint(mlp(), rowsPlan(personal), folder.resolve("apfl" + alpha));
      SortedMap<String, float[]> x = tensors(zero);
      double share = Double.parseDouble(alpha);
      for (String name : x.keySet()) {
        float[] start = of(x, name);
        for (int i = 0; i < start.length; i++) {
          double w = start[i] + of(delta, name)[i];
          assertEquals(share * of(v, name)[i] + (1 - share) * w, of(mixed, name)[i], 1e-6);
        }
      }
    }
  }

  @Test
  void apfl_adaptive_movesAlphaOnceARoundAndKeepsIt() throws IOException {
    TrainOutcome first = run("\"apfl\"", 1, Optional.empty());
    Path own = first.kept().orElseThrow().resolve("own.safetensors");
    double moved = KeptTensors.factor(own);
    assertNotEquals(0.5, moved);
    assertEquals(0.5, moved, 0.05, "v and w are one step apart");
    TrainOutcome second = run("\"apfl\"", 2, first.kept());
    double after = KeptTensors.factor(second.kept().orElseThrow().resolve("own.safetensors"));
    assertNotEquals(moved, after);
    assertTrue(after >= 0 && after <= 1, "" + after);
  }

  @Test
  void kept_decayed_startsAnewWithANote() throws IOException {
    for (String personal : List.of("\"fedper\"", "\"ditto\"", "\"apfl\"")) {
      TrainOutcome first = run(personal, 1, Optional.empty());
      Path kept = first.kept().orElseThrow();
      Path file =
          kept.resolve(personal.equals("\"apfl\"") ? "own.safetensors" : "personal.safetensors");
      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 1] ^= 1;
      Files.write(file, bytes);
      TrainOutcome second = run(personal, 2, Optional.of(kept));
      assertEquals(1, second.notes().size(), personal + second.notes());
      assertTrue(second.notes().get(0).contains("dropped"), second.notes().get(0));
      TrainOutcome fresh = run(personal, 2, Optional.empty());
      assertEquals(-1, Files.mismatch(personal(fresh), personal(second)), personal);
    }
  }

  /** The exported folder holds the node's own numbers, and judges as the node did. */
  @Test
  void export_ownModel_holdsWhatTheNodeHas() throws IOException {
    for (String personal : List.of("\"fedper\"", "\"ditto\"", "\"apfl\"")) {
      Plan plan = rowsPlan(personal);
      TrainOutcome outcome = run(personal, 1, Optional.empty());
      Path kept = outcome.kept().orElseThrow();
      assertEquals(plan, PersonalModel.plan(kept).orElseThrow());
      PersonalModel model = PersonalModel.read(kept, plan, mlp());
      Path into = folder.resolve("export-" + plan.train().personal().name());
      HuggingFaceExport.write(
          mlp(),
          plan,
          model.trained(),
          model.statistics(),
          model.personal(),
          into,
          ExportForm.USUAL);
      SortedMap<String, float[]> exported = tensors(into.resolve("model.safetensors"));
      SortedMap<String, float[]> own = tensors(personal(outcome));
      own.forEach((name, values) -> assertTrue(Arrays.equals(values, of(exported, name)), name));
      assertEquals(6, exported.size());
    }
  }

  @Test
  void export_decayedOrNotKept_refused() throws IOException {
    TrainOutcome outcome = run("\"ditto\"", 1, Optional.empty());
    Path kept = outcome.kept().orElseThrow();
    Files.delete(personal(outcome));
    var refused =
        assertThrows(
            FederationException.class,
            () -> PersonalModel.read(kept, rowsPlan("\"ditto\""), mlp()));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
    assertTrue(refused.sentence().contains("personal: they can't be read"), refused.sentence());
    assertEquals(Optional.empty(), PersonalModel.plan(folder));
  }

  @Test
  void fedBn_modelWithoutBatchNorms_refused() {
    var refused =
        assertThrows(
            FederationException.class, () -> TrainedLayout.of(mlp(), rowsPlan("\"fedbn\"")));
    assertTrue(
        refused.sentence().contains("plan.train.personal: fedbn (expected: a model that has batch"),
        refused.sentence());
  }
}
