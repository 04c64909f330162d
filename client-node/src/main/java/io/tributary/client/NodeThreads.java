package io.tributary.client;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;

/**
 * The threads of a node: one decides, one trains, one submits, one keeps time and liveness. None of
 * them ever waits for another, so that training can't starve the session.
 *
 * @param close ends what the node owns; nothing where the threads are shared
 */
record NodeThreads(
    ScheduledExecutorService timers,
    Executor session,
    Executor task,
    Executor submit,
    Runnable close) {
  NodeThreads {
    requireNonNull(timers, "timers");
    requireNonNull(close, "close");
  }

  /** Four threads of the node's own. */
  static NodeThreads own() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(1, named("tributary-timers"));
    timers.setRemoveOnCancelPolicy(true);
    ExecutorService session = Executors.newSingleThreadExecutor(named("tributary-session"));
    ExecutorService task = Executors.newSingleThreadExecutor(named("tributary-task"));
    ExecutorService submit = Executors.newSingleThreadExecutor(named("tributary-submit"));
    Runnable close =
        () -> {
          timers.shutdownNow();
          session.shutdown();
          task.shutdown();
          submit.shutdown();
        };
    return new NodeThreads(
        timers,
        new SerialExecutor(session),
        new SerialExecutor(task),
        new SerialExecutor(submit),
        close);
  }

  /** Shared with other nodes. */
  static NodeThreads shared(ScheduledExecutorService timers, Executor workers) {
    return new NodeThreads(
        timers,
        new SerialExecutor(workers),
        new SerialExecutor(workers),
        new SerialExecutor(workers),
        () -> {});
  }

  private static ThreadFactory named(String name) {
    return job -> {
      var thread = new Thread(job, name);
      thread.setDaemon(true);
      return thread;
    };
  }
}
