package io.tributary.coordinator.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.worker.EvaluateOrder;
import io.tributary.training.worker.PredictOrder;
import io.tributary.training.worker.ProgressListener;
import io.tributary.training.worker.TrainOrder;
import io.tributary.training.worker.TrainOutcome;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluatorTest {
  private static final Digest TRAINED = Digest.ofUtf8("trained");
  private static final Plan PLAN =
      Plan.parse(
          "{\"name\":\"p\",\"model\":{\"base\":\"b\",\"task\":\"text-classification\","
              + "\"labels\":[\"a\",\"b\"]}}");

  @TempDir Path folder;
  private Path file;
  private final FailingWorker worker = new FailingWorker();
  private Evaluator evaluator;

  @BeforeEach
  void open() throws IOException {
    file = Files.writeString(folder.resolve("s.csv"), "text,label\none,a\ntwo,b\n");
    var spec = DatasetSpec.heldOut(SourceSpec.ofTexts(file, "text", "label"));
    evaluator = new Evaluator(() -> worker, new HeldOut(spec, Optional.empty()), "cpu");
  }

  @Test
  void evaluate_sameTensorsAndExamples_computedOnce() {
    assertEquals(evaluate(), evaluate());
    assertEquals(1, worker.evaluations);
  }

  @Test
  void evaluate_otherExamples_computedAgain() throws IOException {
    evaluate();
    Files.writeString(file, "text,label\nthree,a\nfour,b\n");
    Files.setLastModifiedTime(file, FileTime.fromMillis(0));

    evaluate();

    assertEquals(2, worker.evaluations);
  }

  @Test
  void evaluate_workerCrashes_toldAtOnceAndTheNextOneWorks() {
    worker.failures.add(ErrorKind.WORKER_CRASHED);

    var failure = assertThrows(FederationException.class, this::evaluate);

    assertEquals(ErrorKind.WORKER_CRASHED, failure.kind());
    assertEquals(1, worker.evaluations);
    assertEquals(2, evaluate().examples());
  }

  @Test
  void evaluate_brokenModel_toldAtOnce() {
    worker.failures.add(ErrorKind.CORRUPT);

    assertThrows(FederationException.class, this::evaluate);
    assertEquals(1, worker.evaluations);
  }

  @Test
  void evaluate_partThatIsNotConfigured_refused() {
    var refusal =
        assertThrows(
            FederationException.class,
            () ->
                evaluator.evaluate(
                    PLAN, folder, file, Optional.empty(), TRAINED, HeldOutPart.TEST));
    assertEquals(ErrorKind.NOT_FOUND, refusal.kind());
    assertTrue(refusal.sentence().startsWith("held-out.test"), refusal.sentence());
  }

  @Test
  void check_noExamplesAtTheCoordinator_refusesPlansThatNeedSome() {
    var refusal = assertThrows(FederationException.class, () -> HeldOut.none().check(PLAN));
    assertEquals(ErrorKind.INVALID_CONFIG, refusal.kind());
    assertTrue(refusal.sentence().startsWith("held-out: not configured"), refusal.sentence());
    assertTrue(refusal.sentence().contains("evaluation.where to sites"), refusal.sentence());
    HeldOut.none().checkReadable();
    assertFalse(HeldOut.none().has(HeldOutPart.SELECTION));
  }

  @Test
  void evaluate_afterClose_notReady() {
    evaluator.close();
    var refusal = assertThrows(FederationException.class, this::evaluate);
    assertEquals(ErrorKind.NOT_READY, refusal.kind());
  }

  private EvaluationReport evaluate() {
    return evaluator.evaluate(PLAN, folder, file, Optional.empty(), TRAINED, HeldOutPart.SELECTION);
  }

  /** Fails as it is told, then answers. */
  private static final class FailingWorker implements Worker {
    final Deque<ErrorKind> failures = new ArrayDeque<>();
    int evaluations;

    @Override
    public EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener) {
      evaluations++;
      if (!failures.isEmpty()) {
        throw new FederationException(failures.pop(), "scripted");
      }
      return new EvaluationReport(2, 0.5, 0.5, 0.1, 0.9, 0.5, List.of());
    }

    @Override
    public WorkerInfo describe() {
      return new WorkerInfo("scripted", "cpu", 1, "none", 0, 0);
    }

    @Override
    public TrainOutcome train(TrainOrder order, ProgressListener listener) {
      throw new UnsupportedOperationException();
    }

    @Override
    public List<Prediction> predict(PredictOrder order) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void cancel() {}

    @Override
    public void close() {}
  }
}
