package io.tributary.client.task;

import io.tributary.client.config.NodeConfig;
import io.tributary.federation.DataSize;
import io.tributary.training.worker.ChildWorker;
import io.tributary.training.worker.ChildWorkerOptions;
import io.tributary.training.worker.Worker;
import io.tributary.training.worker.WorkerOptions;
import java.util.Optional;

/** The worker that a node's file describes: a child process under the site's limits. */
public final class SiteWorker {
  private SiteWorker() {}

  public static Worker open(NodeConfig config) {
    int most = config.limits().threads().orElse(Runtime.getRuntime().availableProcessors());
    WorkerOptions options =
        WorkerOptions.defaults().withMostThreads(most).withDevice(config.device().toString());
    ChildWorkerOptions child =
        ChildWorkerOptions.defaults()
            .withWorker(options)
            .withHeap(config.limits().heap())
            .withLibtorch(config.libtorch());
    Optional<DataSize> memory = config.limits().memory();
    return ChildWorker.open(memory.isPresent() ? child.withMemory(memory.get()) : child);
  }
}
