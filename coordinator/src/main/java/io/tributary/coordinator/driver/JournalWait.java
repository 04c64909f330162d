package io.tributary.coordinator.driver;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.io.Serial;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends to the journal and waits a trouble of its disk out: no room, or an I/O error that left
 * nothing behind. The batch is kept and tried again with growing delays until there is room;
 * nothing is answered meanwhile, so nothing is lost. A newer coordinator on the folder (IN_USE) and
 * a damaged database (CORRUPT) are no such trouble and thrown at once. Used by the driver's thread;
 * {@link #stop} comes from another one.
 */
final class JournalWait {
  private static final Logger LOG = LoggerFactory.getLogger(RoundDriver.class);
  private static final Duration FIRST = Duration.ofMillis(50);
  private static final Duration LONGEST = Duration.ofSeconds(5);
  private static final Duration SAID_AGAIN = Duration.ofMinutes(1);

  /** The driver is to end while the journal can't be written. */
  static final class Stopped extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    Stopped(Throwable cause) {
      super("stopped while the journal could not be written", cause);
    }
  }

  private final Journal journal;
  private final LongSupplier nanos;
  private final Consumer<Optional<String>> trouble;
  private final CountDownLatch stopping = new CountDownLatch(1);
  private String said = "";
  private long saidAt;

  /**
   * @param nanos monotonic clock
   * @param trouble told what the journal waits for, each time that changes; empty when it goes on
   */
  JournalWait(Journal journal, LongSupplier nanos, Consumer<Optional<String>> trouble) {
    this.journal = journal;
    this.nanos = nanos;
    this.trouble = trouble;
  }

  /** Ends a wait that is under way or to come. */
  void stop() {
    stopping.countDown();
  }

  void append(List<Staged> staged) {
    Duration delay = FIRST;
    Optional<FederationException> failure = tried(staged);
    while (failure.isPresent()) {
      say(failure.get());
      pause(delay, failure.get());
      delay = delay.multipliedBy(2).compareTo(LONGEST) > 0 ? LONGEST : delay.multipliedBy(2);
      failure = tried(staged);
    }
    if (!said.isEmpty()) {
      LOG.info("the journal can be written again; the runs go on");
      said = "";
      trouble.accept(Optional.empty());
    }
  }

  /** Tries once; gives the failure that may pass. */
  private Optional<FederationException> tried(List<Staged> staged) {
    try {
      journal.append(staged);
      return Optional.empty();
    } catch (FederationException e) {
      if (e.kind() != ErrorKind.FULL && e.kind() != ErrorKind.NOT_READY) {
        throw e;
      }
      return Optional.of(e);
    }
  }

  private void say(FederationException failure) {
    long now = nanos.getAsLong();
    boolean news = !failure.sentence().equals(said);
    if (news || now - saidAt > SAID_AGAIN.toNanos()) {
      LOG.error("the journal waits, no run goes on: {}", failure.sentence());
      saidAt = now;
    }
    if (news) {
      said = failure.sentence();
      trouble.accept(Optional.of(said));
    }
  }

  private void pause(Duration delay, FederationException cause) {
    try {
      if (stopping.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new Stopped(cause);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Stopped(cause);
    }
  }
}
