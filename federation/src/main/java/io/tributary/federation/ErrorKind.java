package io.tributary.federation;

/**
 * The kinds of failure, each answered once: whether a retry can help and which exit code the
 * command ends with. The gRPC status of a kind stands in one table in {@code transport}.
 */
public enum ErrorKind {
  /** A command line, configuration file or plan that breaks a rule. */
  INVALID_CONFIG(2, false),
  /** A request or message that breaks a rule of the protocol. */
  INVALID_ARGUMENT(2, false),
  /** Examples or a model file that can't be used as they are. */
  INVALID_DATA(4, false),
  /** A peer whose certificate or role does not allow what it asked. */
  NOT_ADMITTED(4, false),
  /** Refused by a gate, a site's policy or a rule of the run. */
  REFUSED(4, false),
  /** The asked-for run, node, artifact or file does not exist. */
  NOT_FOUND(1, false),
  /** The thing to be made exists already. */
  ALREADY_EXISTS(1, false),
  /** Belongs to a round, attempt or checkpoint that is over. */
  STALE(1, false),
  /** Not possible in the present state; may become possible. */
  NOT_READY(1, true),
  /** A limit of space, memory or number is reached; room may come. */
  FULL(1, true),
  /** Held by another process, for instance a state folder or a port. */
  IN_USE(1, false),
  /** Bytes on disk or on the wire that do not match their digest or format. */
  CORRUPT(1, false),
  /** Training or evaluation failed inside the worker. */
  WORKER_FAILED(1, true),
  /** The worker process ended unexpectedly. */
  WORKER_CRASHED(1, true),
  /** The worker, or the device it uses, ran out of memory. */
  OUT_OF_MEMORY(1, true),
  /** The peer can't be reached. */
  UNREACHABLE(5, true),
  /** A deadline passed. */
  TIMED_OUT(3, true),
  /** Ended on request. */
  CANCELLED(130, false),
  /** A defect of Tributary itself. */
  INTERNAL(1, false);

  private final int exitCode;
  private final boolean retryable;

  ErrorKind(int exitCode, boolean retryable) {
    this.exitCode = exitCode;
    this.retryable = retryable;
  }

  /**
   * The exit code of a command that ends with this kind (documented in
   * docs/reference/exit-codes.md).
   */
  public int exitCode() {
    return exitCode;
  }

  /** Whether the same call may succeed later without anything being changed by a person. */
  public boolean retryable() {
    return retryable;
  }
}
