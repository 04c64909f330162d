package io.tributary.training.worker;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.evaluate.EvaluationReport;
import io.tributary.training.evaluate.Prediction;
import io.tributary.training.generate.GenerateOrder;
import io.tributary.training.generate.Generated;
import java.util.List;

/**
 * Carries out orders with PyTorch, one at a time. Orders may come from any thread; a second order
 * given while one runs is refused with kind IN_USE. {@link #cancel} may be called from any thread.
 *
 * <p>Failures are {@link io.tributary.federation.FederationException}s of kinds WORKER_FAILED,
 * WORKER_CRASHED, OUT_OF_MEMORY, CANCELLED, or of the kind of what is wrong with the order
 * (INVALID_DATA, CORRUPT, NOT_FOUND …). After any of them the next order is served as usual.
 */
public interface Worker extends AutoCloseable {
  /** Engine, device and threads; waits for the engine to be loaded. */
  WorkerInfo describe();

  TrainOutcome train(TrainOrder order, ProgressListener listener);

  EvaluationReport evaluate(EvaluateOrder order, ProgressListener listener);

  /** One prediction for each input, in the order of the inputs. */
  List<Prediction> predict(PredictOrder order);

  /** One text for each prompt, in the order of the prompts; only workers with PyTorch have it. */
  default List<Generated> generate(GenerateOrder order) {
    throw FederationException.of(
        ErrorKind.INVALID_ARGUMENT,
        "order",
        "generate",
        "one that this worker carries out",
        "Use a worker with PyTorch.");
  }

  /** Ends the order that runs, which then fails with CANCELLED; without one it does nothing. */
  void cancel();

  /** Cancels what runs and frees everything; afterwards orders are refused with NOT_READY. */
  @Override
  void close();
}
