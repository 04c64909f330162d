package io.tributary.transport;

import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusException;
import io.grpc.StatusRuntimeException;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.ProtocolViolation;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one table between error kinds and gRPC statuses, in both directions. The kind travels in the
 * trailer {@code tributary-kind}, so that kinds sharing a status stay apart; the sentence travels
 * as the status' description, in its form for peers; a retry window in {@code tributary-retry}. A
 * failure that is no {@link FederationException} is logged under an incident number, which is all
 * that the caller learns.
 */
public final class ErrorStatus {
  private static final Logger LOG = LoggerFactory.getLogger(ErrorStatus.class);
  private static final Metadata.Key<String> KIND =
      Metadata.Key.of("tributary-kind", Metadata.ASCII_STRING_MARSHALLER);
  private static final Metadata.Key<String> RETRY =
      Metadata.Key.of("tributary-retry", Metadata.ASCII_STRING_MARSHALLER);
  private static final Pattern WINDOW = Pattern.compile("([0-9]{1,12})-([0-9]{1,12})");
  private static final Pattern CONTROL = Pattern.compile("[\\p{Cntrl}\\u2028\\u2029]+");

  /** What grpc-java tells of its own inside. */
  private static final Pattern PIPELINE = Pattern.compile("\\s*Channel Pipeline: \\[[^\\]]*\\]");

  private static final int LONGEST_SENTENCE = 2_000;
  private static final AtomicLong INCIDENTS = new AtomicLong();

  private ErrorStatus() {}

  /** The gRPC status code of a kind. */
  public static Status.Code code(ErrorKind kind) {
    return switch (kind) {
      case INVALID_CONFIG, INVALID_ARGUMENT -> Status.Code.INVALID_ARGUMENT;
      case INVALID_DATA, REFUSED, IN_USE -> Status.Code.FAILED_PRECONDITION;
      case NOT_ADMITTED -> Status.Code.PERMISSION_DENIED;
      case NOT_FOUND -> Status.Code.NOT_FOUND;
      case ALREADY_EXISTS -> Status.Code.ALREADY_EXISTS;
      case STALE -> Status.Code.ABORTED;
      case NOT_READY, UNREACHABLE -> Status.Code.UNAVAILABLE;
      case FULL, OUT_OF_MEMORY -> Status.Code.RESOURCE_EXHAUSTED;
      case CORRUPT -> Status.Code.DATA_LOSS;
      case TIMED_OUT -> Status.Code.DEADLINE_EXCEEDED;
      case CANCELLED -> Status.Code.CANCELLED;
      case WORKER_FAILED, WORKER_CRASHED, INTERNAL -> Status.Code.INTERNAL;
    };
  }

  /**
   * What a server ends a call with; unexpected failures become INTERNAL with an incident number.
   */
  public static StatusRuntimeException toStatus(Throwable failure) {
    if (failure instanceof StatusRuntimeException status) {
      return status;
    }
    if (failure instanceof FederationException refusal) {
      return status(refusal, new Metadata());
    }
    if (failure instanceof ProtocolViolation) {
      return toStatus(
          new FederationException(
              ErrorKind.INVALID_ARGUMENT, String.valueOf(failure.getMessage()), failure));
    }
    String incident = incident(failure);
    LOG.error("incident {}", incident, failure);
    return toStatus(
        new FederationException(
            ErrorKind.INTERNAL,
            "coordinator: internal failure, incident "
                + incident
                + " (expected: none). Report it with the coordinator's log.",
            failure));
  }

  /** The same with a window for the next try. */
  public static StatusRuntimeException toStatus(FederationException refusal, RetryWindow window) {
    var trailers = new Metadata();
    trailers.put(RETRY, window.min().toMillis() + "-" + window.max().toMillis());
    return status(refusal, trailers);
  }

  private static StatusRuntimeException status(FederationException refusal, Metadata trailers) {
    String sentence = refusal.peerSentence();
    if (!sentence.equals(refusal.sentence())) {
      LOG.warn("{}", refusal.sentence()); // the caller is not told all of it
    }
    if (sentence.length() > LONGEST_SENTENCE) {
      sentence = sentence.substring(0, LONGEST_SENTENCE) + "…";
    }
    trailers.put(KIND, refusal.kind().name());
    return code(refusal.kind())
        .toStatus()
        .withDescription(sentence)
        .withCause(refusal)
        .asRuntimeException(trailers);
  }

  private static String incident(Throwable failure) {
    return Digest.ofUtf8(INCIDENTS.incrementAndGet() + failure.toString()).abbreviated();
  }

  /** What a failed call means to a client; never null, also for failures that are no statuses. */
  public static FederationException fromStatus(Throwable failure) {
    if (failure instanceof FederationException known) {
      return known;
    }
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof StatusRuntimeException e) {
        return read(e.getStatus(), e.getTrailers(), e);
      }
      if (cause instanceof StatusException e) {
        return read(e.getStatus(), e.getTrailers(), e);
      }
    }
    return new FederationException(
        ErrorKind.INTERNAL,
        "call: " + failure + " (expected: an answer). Report it with the log.",
        failure);
  }

  private static FederationException read(
      Status status, @Nullable Metadata trailers, Exception cause) {
    ErrorKind stated = trailers == null ? null : kind(trailers.get(KIND));
    String description = status.getDescription();
    if (stated != null && description != null) {
      return new FederationException(stated, clean(description), cause);
    }
    Optional<String> refused = TlsRefusal.sentence(cause);
    if (status.getCode() == Status.Code.UNAVAILABLE && refused.isPresent()) {
      return new FederationException(ErrorKind.NOT_ADMITTED, clean(refused.get()), cause);
    }
    Optional<String> noTunnel = ProxyRefusal.sentence(cause);
    if (status.getCode() == Status.Code.UNAVAILABLE && noTunnel.isPresent()) {
      return new FederationException(ErrorKind.UNREACHABLE, clean(noTunnel.get()), cause);
    }
    String found =
        description == null
            ? status.getCode().toString()
            : PIPELINE.matcher(description).replaceAll("");
    // a coordinator that ends at once resets its calls so; who cancels here knows it without a
    // status
    boolean reset = status.getCode() == Status.Code.CANCELLED && found.startsWith("RST_STREAM");
    ErrorKind kind = reset ? ErrorKind.UNREACHABLE : kind(status.getCode());
    return new FederationException(kind, clean(sentence(kind, found, cause)), cause);
  }

  private static String sentence(ErrorKind kind, String found, Throwable cause) {
    return switch (kind) {
      case UNREACHABLE ->
          "coordinator: not reachable, "
              + rootMessage(found, cause)
              + " (expected: a coordinator that listens). Check address, network and that it runs.";
      case TIMED_OUT -> "call: no answer in time, " + found + " (expected: one). Try again later.";
      case CANCELLED -> "call: cancelled, " + found + " (expected: an answer). Try again.";
      default -> "call: " + found + " (expected: an answer). See the coordinator's log.";
    };
  }

  private static String rootMessage(String found, Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage();
    return root == failure || message == null || found.contains(message)
        ? found
        : found + ": " + message;
  }

  private static String clean(String text) {
    return CONTROL.matcher(text).replaceAll(" ");
  }

  private static @Nullable ErrorKind kind(@Nullable String token) {
    for (ErrorKind kind : ErrorKind.values()) {
      if (kind.name().equals(token)) {
        return kind;
      }
    }
    return null;
  }

  /** The kind of a status that came without one: from gRPC itself or from something between. */
  private static ErrorKind kind(Status.Code code) {
    return switch (code) {
      case CANCELLED -> ErrorKind.CANCELLED;
      case INVALID_ARGUMENT, OUT_OF_RANGE -> ErrorKind.INVALID_ARGUMENT;
      case DEADLINE_EXCEEDED -> ErrorKind.TIMED_OUT;
      case NOT_FOUND -> ErrorKind.NOT_FOUND;
      case ALREADY_EXISTS -> ErrorKind.ALREADY_EXISTS;
      case PERMISSION_DENIED, UNAUTHENTICATED -> ErrorKind.NOT_ADMITTED;
      case RESOURCE_EXHAUSTED -> ErrorKind.FULL;
      case FAILED_PRECONDITION, UNIMPLEMENTED -> ErrorKind.REFUSED;
      case ABORTED -> ErrorKind.STALE;
      case UNAVAILABLE -> ErrorKind.UNREACHABLE;
      case DATA_LOSS -> ErrorKind.CORRUPT;
      case OK, UNKNOWN, INTERNAL -> ErrorKind.INTERNAL;
    };
  }

  /** The server's window for the next try, if the failed call carried one. */
  public static Optional<RetryWindow> retryWindow(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      Metadata trailers =
          cause instanceof StatusRuntimeException runtime
              ? runtime.getTrailers()
              : cause instanceof StatusException checked ? checked.getTrailers() : null;
      String window = trailers == null ? null : trailers.get(RETRY);
      if (window != null) {
        return window(window);
      }
    }
    return Optional.empty();
  }

  private static Optional<RetryWindow> window(String text) {
    Matcher matcher = WINDOW.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long min = Long.parseLong(matcher.group(1));
    long max = Long.parseLong(matcher.group(2));
    return max < min
        ? Optional.empty()
        : Optional.of(new RetryWindow(Duration.ofMillis(min), Duration.ofMillis(max)));
  }
}
