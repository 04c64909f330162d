package io.tributary.training.worker;

import java.io.IOException;
import java.nio.file.Path;

/** A process with a worker that trains without end, or waits for orders: to be killed by a test. */
final class WorkerParent {
  private WorkerParent() {}

  public static void main(String[] arguments) throws IOException {
    try (Worker worker = ChildWorker.open(ChildWorkerOptions.defaults())) {
      System.out.println(worker.describe().pid());
      if (arguments[1].equals("idle")) {
        System.out.println("idle");
        System.in.read();
      }
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
