package io.tributary.training.worker;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.DataSize;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How the child process of a worker is started and limited.
 *
 * @param worker threads and device
 * @param java the executable
 * @param classPath of the child: a whole class path in the platform's form
 * @param temporary folder in which the child's own folder is made; its path must be short, since a
 *     Unix socket's is at most 107 bytes
 * @param heap of the child's JVM; torch's memory comes on top
 * @param memory resident memory at which the child is killed with OUT_OF_MEMORY; empty: no limit
 * @param start time within which a fresh child must answer, unpacking PyTorch included
 * @param silence of a child with an order, at which it counts as hung and is ended
 * @param main class that the child runs: {@link WorkerProcess}, or a bench's own that calls {@link
 *     WorkerProcess#serve}
 * @param libtorch folder of the libraries of libtorch to load; empty: those that come along
 */
public record ChildWorkerOptions(
    WorkerOptions worker,
    Path java,
    String classPath,
    Path temporary,
    DataSize heap,
    Optional<DataSize> memory,
    Duration start,
    Duration silence,
    String main,
    Optional<Path> libtorch) {
  public ChildWorkerOptions {
    requireNonNull(worker, "worker");
    requireNonNull(java, "java");
    requireNonNull(classPath, "classPath");
    requireNonNull(temporary, "temporary");
    requireNonNull(heap, "heap");
    requireNonNull(memory, "memory");
    requireNonNull(start, "start");
    requireNonNull(silence, "silence");
    requireNonNull(main, "main");
    requireNonNull(libtorch, "libtorch");
  }

  /**
   * This JVM's own executable and class path, 1 GiB of heap, no limit of memory, ten minutes of
   * silence.
   */
  public static ChildWorkerOptions defaults() {
    return new ChildWorkerOptions(
        WorkerOptions.defaults(),
        Path.of(System.getProperty("java.home"), "bin", "java"),
        System.getProperty("java.class.path"),
        Path.of(System.getProperty("java.io.tmpdir")),
        new DataSize(1L << 30),
        Optional.empty(),
        Duration.ofMinutes(5),
        Duration.ofMinutes(10),
        WorkerProcess.class.getName(),
        Optional.empty());
  }

  public ChildWorkerOptions withWorker(WorkerOptions options) {
    return new ChildWorkerOptions(
        options, java, classPath, temporary, heap, memory, start, silence, main, libtorch);
  }

  public ChildWorkerOptions withClassPath(String path) {
    return new ChildWorkerOptions(
        worker, java, path, temporary, heap, memory, start, silence, main, libtorch);
  }

  public ChildWorkerOptions withTemporary(Path folder) {
    return new ChildWorkerOptions(
        worker, java, classPath, folder, heap, memory, start, silence, main, libtorch);
  }

  public ChildWorkerOptions withHeap(DataSize size) {
    return new ChildWorkerOptions(
        worker, java, classPath, temporary, size, memory, start, silence, main, libtorch);
  }

  /** Limits resident memory; a heap larger than half of it is reduced to half. */
  public ChildWorkerOptions withMemory(DataSize limit) {
    var smaller = new DataSize(Math.min(heap.bytes(), Math.max(limit.bytes() / 2, 64L << 20)));
    return new ChildWorkerOptions(
        worker,
        java,
        classPath,
        temporary,
        smaller,
        Optional.of(limit),
        start,
        silence,
        main,
        libtorch);
  }

  public ChildWorkerOptions withStart(Duration limit) {
    return new ChildWorkerOptions(
        worker, java, classPath, temporary, heap, memory, limit, silence, main, libtorch);
  }

  public ChildWorkerOptions withSilence(Duration limit) {
    return new ChildWorkerOptions(
        worker, java, classPath, temporary, heap, memory, start, limit, main, libtorch);
  }

  public ChildWorkerOptions withLibtorch(Optional<Path> folder) {
    return new ChildWorkerOptions(
        worker, java, classPath, temporary, heap, memory, start, silence, main, folder);
  }

  public ChildWorkerOptions withMain(Class<?> type) {
    return new ChildWorkerOptions(
        worker, java, classPath, temporary, heap, memory, start, silence, type.getName(), libtorch);
  }
}
