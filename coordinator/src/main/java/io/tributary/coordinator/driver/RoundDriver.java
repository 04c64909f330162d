package io.tributary.coordinator.driver;

import static java.util.Objects.requireNonNull;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RoundMachine;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Drives all runs on one thread, {@code tributary-rounds}: drains a batch of events, decides on a
 * provisional machine, journals the transitions in one transaction, becomes, executes the effects,
 * answers. An answer therefore says what is already durable. A journal whose disk is full is waited
 * for ({@link #trouble}).
 *
 * <p>Opening reads and verifies the journal; {@link #start} begins to serve: open rounds get their
 * full deadline again, and the work that their state asks for is derived and done again. A defect
 * while deciding about a run holds that run with the reason; what the driver can't go on with (no
 * journal) goes to the fatal callback once, and every caller is told.
 */
public final class RoundDriver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RoundDriver.class);
  private static final Duration LONGEST_WAIT = Duration.ofMinutes(1);
  private static final Duration CLOSING = Duration.ofSeconds(30);

  private final Journal journal;
  private final DriverOptions options;
  private final Inbox inbox;
  private final ServingTime time;
  private final Watchers watchers = new Watchers();
  private final ProgressBoard board = new ProgressBoard(watchers::live, this::isLive);
  private final AtomicReference<Thread> thread = new AtomicReference<>();
  private final JournalWait appending;
  private final PastRounds past;
  private volatile Consumer<Optional<String>> troubleListener = trouble -> {};
  private volatile Optional<String> trouble = Optional.empty();
  private volatile RoundMachine machine;
  private volatile boolean stopping;

  private RoundDriver(Journal journal, DriverOptions options) {
    this.journal = requireNonNull(journal, "journal");
    this.options = requireNonNull(options, "options");
    this.appending = new JournalWait(journal, options.nanos(), this::trouble);
    this.past = new PastRounds(journal);
    this.inbox = new Inbox(options.inbox(), options.batch());
    World world = World.fold(journal.history());
    this.time = new ServingTime(options.wall(), options.nanos(), world.latest());
    this.machine = new RoundMachine(world);
    world.runs().values().forEach(run -> watchers.journaled(run.run(), run.marks().sequence()));
  }

  /** Reads the journal and folds it; nothing runs yet. The journal stays the caller's to close. */
  public static RoundDriver open(Journal journal, DriverOptions options) {
    return new RoundDriver(journal, options);
  }

  /** Begins to serve. Once. */
  public void start(Effects effects) {
    var step = new DriverStep(appending, requireNonNull(effects, "effects"), options, this);
    var worker = new Thread(() -> run(step), "tributary-rounds");
    worker.setDaemon(true);
    if (!thread.compareAndSet(null, worker)) {
      throw new IllegalStateException("driver started twice");
    }
    submit(new RoundEvent.Restarted(journal.epoch()));
    worker.start();
  }

  /**
   * Hands an event over. The answer comes after its consequences are journaled; fails with FULL
   * when too many wait, and with the cause when the driver has ended.
   */
  public CompletionStage<Answer> submit(RoundEvent event) {
    return inbox.add(requireNonNull(event, "event"));
  }

  /** The newest state of a run. */
  public Optional<RunSnapshot> snapshot(RunId run) {
    // the number first: a state newer than its number is sent once more, an older one would stay
    long change = watchers.change(run);
    RoundMachine now = machine;
    return now.world()
        .find(run)
        .map(state -> new RunSnapshot(state, change, waiting(now, state), board.of(run)));
  }

  private Optional<String> waiting(RoundMachine now, RunState run) {
    return run.phase().ended() ? Optional.empty() : trouble.or(() -> now.waiting(run.run()));
  }

  /**
   * Why no run goes on at present: what is wrong with the journal's disk. Empty while all is well.
   */
  public Optional<String> trouble() {
    return trouble;
  }

  /** Is told whenever {@link #trouble} changes, on the driver's thread; set before the start. */
  public void onTrouble(Consumer<Optional<String>> listener) {
    troubleListener = requireNonNull(listener, "listener");
  }

  private void trouble(Optional<String> now) {
    if (now.isPresent()) {
      time.hold(); // deadlines count the time in which nodes are served
    } else {
      time.goOn();
    }
    trouble = now;
    troubleListener.accept(now);
    machine.world().runs().values().stream()
        .filter(run -> !run.phase().ended())
        .forEach(run -> watchers.live(run.run()));
  }

  /** All runs, by name. */
  public List<RunSnapshot> snapshots() {
    return machine.world().runs().keySet().stream().flatMap(run -> snapshot(run).stream()).toList();
  }

  /** The state of all runs and nodes, as journaled last. */
  public World world() {
    return machine.world();
  }

  /** Tells the listener of every change of the run until the handle is closed. */
  public AutoCloseable watch(RunId run, RunListener listener) {
    return watchers.watch(run, listener);
  }

  /** Rounds that were committed long ago. */
  public PastRounds past() {
    return past;
  }

  /** Where progress of assignments is reported. */
  public ProgressBoard progress() {
    return board;
  }

  private boolean isLive(AssignmentId assignment) {
    return machine
        .world()
        .find(assignment.round().run())
        .map(run -> run.open().cohort().get(assignment))
        .filter(record -> record.stage().live())
        .isPresent();
  }

  /** The time that decisions use; deadlines of effects are in it. */
  public Instant now() {
    return time.now();
  }

  /** Grows with every opening of the journal. */
  public long epoch() {
    return journal.epoch();
  }

  /**
   * Finishes what was handed over, then ends the thread; the runs stay as they are. Events that
   * come later fail with NOT_READY.
   */
  @Override
  public void close() {
    stopping = true;
    appending.stop();
    Thread worker = thread.get();
    if (worker != null && worker != Thread.currentThread()) {
      submit(new RoundEvent.TimePassed());
      join(worker);
    }
    inbox.close(stopped());
  }

  Inbox inbox() {
    return inbox;
  }

  RoundMachine machine() {
    return machine;
  }

  void become(RoundMachine next) {
    machine = next;
  }

  Watchers watchers() {
    return watchers;
  }

  private void run(DriverStep step) {
    try {
      while (!(stopping && inbox.isEmpty())) {
        step.take(inbox.drain(patience()), time.now());
      }
      inbox.close(stopped());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      inbox.close(stopped());
    } catch (JournalWait.Stopped e) {
      LOG.warn("stopped; what waited for the journal was answered by nobody", e.getCause());
      inbox.close(stopped());
    } catch (Throwable e) {
      LOG.error("the round driver can't go on", e);
      inbox.close(
          new FederationException(
              ErrorKind.NOT_READY, "coordinator: it can't go on. See its log.", e));
      options.fatal().accept(e);
    }
  }

  private Duration patience() {
    Duration left =
        machine.wakeAt().map(at -> Duration.between(time.now(), at)).orElse(LONGEST_WAIT);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : left;
  }

  private static void join(Thread worker) {
    try {
      worker.join(CLOSING.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (worker.isAlive()) {
      worker.interrupt();
    }
  }

  private static FederationException stopped() {
    return new FederationException(
        ErrorKind.NOT_READY, "coordinator: it is going down. Try again later.");
  }

  /** A run as the log tells it. */
  static String describe(RunState run) {
    String reason = run.reason().isEmpty() ? "" : ": " + run.reason();
    return run.phase() + " (attempt " + run.open().attempt() + ")" + reason;
  }
}
