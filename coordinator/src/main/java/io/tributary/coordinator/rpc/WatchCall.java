package io.tributary.coordinator.rpc;

import io.grpc.stub.ServerCallStreamObserver;
import io.tributary.coordinator.driver.RoundDriver;
import io.tributary.coordinator.driver.RunSnapshot;
import io.tributary.federation.RunId;
import io.tributary.proto.v1.RunView;
import io.tributary.proto.v1.WatchRequest;
import io.tributary.transport.ErrorStatus;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One watcher of a run. Changes only mark the call; a pool thread then sends the newest view while
 * the transport has room, so a slow reader holds nobody up and gets fewer views, never old ones.
 */
final class WatchCall {
  private static final Logger LOG = LoggerFactory.getLogger(WatchCall.class);

  private final RunId run;
  private final boolean onlyNewRounds;
  private final RoundDriver driver;
  private final ServerCallStreamObserver<RunView> out;
  private final Executor executor;
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private Optional<AutoCloseable> handle = Optional.empty();
  private long seenSequence;
  private int sentRounds;
  private boolean sentAny;
  private long seen;
  private boolean over;

  private WatchCall(
      RunId run,
      WatchRequest request,
      RoundDriver driver,
      ServerCallStreamObserver<RunView> out,
      Executor executor) {
    this.run = run;
    this.seen = request.getSince();
    this.onlyNewRounds = request.getOnlyNewRounds();
    this.driver = driver;
    this.out = out;
    this.executor = executor;
  }

  /** Begins to watch; to be called before the service's method returns. */
  static void begin(
      RunId run,
      WatchRequest request,
      RoundDriver driver,
      ServerCallStreamObserver<RunView> out,
      Executor executor) {
    var call = new WatchCall(run, request, driver, out, executor);
    out.setOnReadyHandler(call::changed);
    out.setOnCancelHandler(call::end);
    AutoCloseable handle = driver.watch(run, changedRun -> call.changed());
    synchronized (call) {
      call.handle = Optional.of(handle);
    }
    call.changed();
  }

  private void changed() {
    if (scheduled.compareAndSet(false, true)) {
      try {
        executor.execute(this::pump);
      } catch (RejectedExecutionException e) {
        LOG.debug("watch of {} ends: shutting down", run);
      }
    }
  }

  private synchronized void pump() {
    scheduled.set(false);
    if (over || !out.isReady()) {
      return;
    }
    try {
      RunSnapshot now = driver.snapshot(run).orElseThrow();
      long sequence = now.state().marks().sequence();
      // a state may be newer than the number read beside it
      if (now.change() > seen || (sentAny && sequence > seenSequence)) {
        out.onNext(sentAny && onlyNewRounds ? RunViews.after(now, sentRounds) : RunViews.of(now));
        seen = now.change();
        seenSequence = sequence;
        sentRounds = now.state().rounds().size();
        sentAny = true;
      }
      if (now.state().phase().ended()) {
        end();
        out.onCompleted();
      }
    } catch (RuntimeException e) {
      end();
      out.onError(ErrorStatus.toStatus(e));
    }
  }

  private synchronized void end() {
    over = true;
    handle.ifPresent(
        open -> {
          try {
            open.close();
          } catch (Exception e) {
            LOG.debug("watch of {} was not closed", run, e);
          }
        });
    handle = Optional.empty();
  }
}
