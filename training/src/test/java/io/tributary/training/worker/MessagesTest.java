package io.tributary.training.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.training.data.Input;
import io.tributary.training.data.Picture;
import io.tributary.training.evaluate.ClassReport;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Every record between a service and its worker, through JSON and back; and kinds of failure. */
class MessagesTest {
  private final SmallWorld world = new SmallWorld(Path.of("/some/folder"));

  private static JsonValue travelled(JsonObject json) {
    return JsonReader.read(json.canonical());
  }

  @Test
  void orders_throughJson_areTheSame() {
    TrainOrder train = world.train(2);
    assertEquals(train, TrainOrder.parse(travelled(train.toJson())));
    EvaluateOrder evaluate = world.evaluate();
    assertEquals(evaluate, EvaluateOrder.parse(travelled(evaluate.toJson())));
    PredictOrder predict = world.predict();
    assertEquals(predict, PredictOrder.parse(travelled(predict.toJson())));
  }

  @Test
  void outcomes_throughJson_areTheSame() {
    Digest digest = Digest.ofUtf8("x");
    var group = new GroupFile("delta", Path.of("/o/delta.safetensors"), digest, "f32", 9, digest);
    var outcome =
        new TrainOutcome(
            3, 4, List.of(group), new TreeMap<>(Map.of("loss", 0.1, "odd", Double.NaN)));
    assertEquals(outcome, TrainOutcome.parse(travelled(outcome.toJson())));
    var progress = new Progress(1, 2, Double.POSITIVE_INFINITY, Double.NaN);
    assertEquals(progress, Progress.parse(travelled(progress.toJson())));
    var info = new WorkerInfo("PyTorch", "cpu", 2, "some", 5, 6);
    assertEquals(info, WorkerInfo.parse(travelled(info.toJson())));
    var report =
        new EvaluationReport(
            7,
            Double.NEGATIVE_INFINITY,
            0.5,
            0.2,
            0.8,
            1.0 / 3,
            List.of(new ClassReport("a", 0.1, 0.2, 0.3, 4)));
    assertEquals(report, EvaluationReport.parse(travelled(report.toJson())));
    List<Prediction.Ranked> top = List.of(new Prediction.Ranked("a", 0.7));
    for (Prediction prediction :
        List.of(
            new Prediction.Label("a", 0.7, top),
            new Prediction.Labels(List.of(), top),
            new Prediction.Numbers(new TreeMap<>(Map.of("price", 1.5, "odd", Double.NaN))),
            new Prediction.Tags(List.of(new Prediction.Tagged("Bern", "B-LOC", 0.9))))) {
      assertEquals(prediction, Prediction.parse(travelled(prediction.toJson())));
    }
  }

  @Test
  void inputs_throughJson_areTheSame() {
    var picture = new Picture.InFile(Path.of("/p/a.png"), "a.png", 7);
    List<Input> inputs =
        List.of(
            new Input.Text("a"),
            new Input.Pair("a", "b"),
            new Input.Words(List.of("a", "b")),
            new Input.Row(new float[] {1.25f, Float.NaN}, new int[0]),
            new Input.Image(picture));
    PredictOrder order = world.predict();
    var all =
        new PredictOrder(
            order.plan(), order.base(), order.trained(), inputs, 2, "cpu", Optional.empty());
    assertEquals(all, PredictOrder.parse(travelled(all.toJson())));
  }

  @Test
  void predictions_eachAsAPersonReadsThem() {
    assertEquals("–", new Prediction.Labels(List.of(), List.of()).words());
    assertEquals("a, b", new Prediction.Labels(List.of("a", "b"), List.of()).words());
    assertEquals("price 1.5", new Prediction.Numbers(new TreeMap<>(Map.of("price", 1.5))).words());
    var tagged = new Prediction.Tagged("Bern", "B-LOC", 0.9);
    assertEquals("Bern/B-LOC", new Prediction.Tags(List.of(tagged)).words());
  }

  @Test
  void message_withoutAField_isCorrupt() {
    for (String json : List.of("{}", "[]", "{\"done\":\"x\"}", "{\"done\":1.5}")) {
      FederationException refusal =
          assertThrows(FederationException.class, () -> Progress.parse(JsonReader.read(json)));
      assertEquals(ErrorKind.CORRUPT, refusal.kind());
    }
  }

  @Test
  void failure_ofAnyCause_hasTheRightKind() {
    assertKind(ErrorKind.OUT_OF_MEMORY, new OutOfMemoryError("Java heap space"));
    assertKind(
        ErrorKind.OUT_OF_MEMORY,
        new IllegalStateException("DefaultCPUAllocator: can't allocate memory: you tried"));
    assertKind(
        ErrorKind.FULL,
        new UncheckedIOException(new java.io.IOException("No space left on device")));
    assertKind(ErrorKind.WORKER_FAILED, new IllegalArgumentException("first\nsecond"));
    assertKind(
        ErrorKind.NOT_FOUND, new FederationException(ErrorKind.NOT_FOUND, "a: b (expected: c)."));
    String sentence =
        OrderFailure.of("training", new IllegalArgumentException("first\nsecond")).sentence();
    assertTrue(sentence.contains("first") && !sentence.contains("second"), sentence);
  }

  private static void assertKind(ErrorKind kind, Throwable cause) {
    assertEquals(kind, OrderFailure.of("training", cause).kind());
  }

  @Test
  void options_memoryLimit_reducesTheHeapToHalf() {
    ChildWorkerOptions options =
        ChildWorkerOptions.defaults().withMemory(io.tributary.federation.DataSize.parse("1GiB"));
    assertEquals(512L << 20, options.heap().bytes());
  }

  @Test
  void options_moreThreadsThanTheLimit_areRefused() {
    assertThrows(FederationException.class, () -> new WorkerOptions(3, 2, "cpu"));
  }
}
