package io.tributary.cli.bench.noop;

import io.tributary.training.worker.WorkerProcess;
import java.io.IOException;
import java.nio.file.Path;

/** A worker's child process without PyTorch. */
public final class NoOpChild {
  private NoOpChild() {}

  /** Arguments: as every worker's child; the first is the parent's socket. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    WorkerProcess.serve(Path.of(arguments[0]), new NoOpWorker(), () -> {});
  }
}
