package io.tributary.training.worker;

import java.nio.file.Path;

/** A process with a worker that trains without end: to be killed by a test. */
final class WorkerParent {
  private WorkerParent() {}

  public static void main(String[] arguments) {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      System.out.println(worker.describe().pid());
      boolean[] told = {false};
      worker.train(
          new SmallWorld(Path.of(arguments[0])).train(10_000),
          progress -> {
            if (!told[0]) {
              System.out.println("training");
              told[0] = true;
            }
          });
    }
  }
}
