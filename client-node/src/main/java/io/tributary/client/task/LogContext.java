package io.tributary.client.task;

import io.tributary.federation.AssignmentId;
import org.slf4j.MDC;

/** Puts run, round and node into every log line of this thread, from enter to leave. */
final class LogContext {
  private LogContext() {}

  static void enter(AssignmentId id) {
    MDC.put("run", id.round().run().value());
    MDC.put("round", Integer.toString(id.round().round()));
    MDC.put("node", id.node().value());
  }

  static void leave() {
    MDC.remove("run");
    MDC.remove("round");
    MDC.remove("node");
  }
}
