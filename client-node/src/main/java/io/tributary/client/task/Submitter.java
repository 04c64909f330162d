package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.client.policy.SentLog;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.json.JsonValue.ObjectBuilder;
import io.tributary.training.message.JsonFields;
import io.tributary.training.worker.GroupFile;
import io.tributary.transport.artifact.ArtifactStore;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends finished updates, one after the other, and writes down what left the site before its first
 * byte does. {@link #run} belongs to one thread at a time; {@link #stop} may come from any.
 */
public final class Submitter {
  private static final Logger LOG = LoggerFactory.getLogger(Submitter.class);

  private final UpdateStore updates;
  private final Bulk bulk;
  private final SentLog sent;
  private final InstantSource clock;
  private final LongSupplier nanos;
  private final Listener listener;
  private final Tickets tickets = new Tickets();

  public Submitter(
      UpdateStore updates,
      Bulk bulk,
      SentLog sent,
      InstantSource clock,
      LongSupplier nanos,
      Listener listener) {
    this.updates = requireNonNull(updates, "updates");
    this.bulk = requireNonNull(bulk, "bulk");
    this.sent = requireNonNull(sent, "sent");
    this.clock = requireNonNull(clock, "clock");
    this.nanos = requireNonNull(nanos, "nanos");
    this.listener = requireNonNull(listener, "listener");
  }

  /** Is told how submissions go; called from the submitting thread. */
  public interface Listener {
    void receipted(FinishedUpdate update, long ticket);

    void submissionFailed(AssignmentId id, long ticket, FederationException failure);

    void progressed(TaskProgress progress);
  }

  public void expect(long ticket) {
    tickets.expect(ticket);
  }

  /** Sends the stored update of an assignment once; returns when it ended in any way. */
  public void run(long ticket, AssignmentId id) {
    if (!tickets.enter(ticket)) {
      return;
    }
    LogContext.enter(id);
    try {
      FinishedUpdate update = updates.find(id).orElseThrow(() -> decayed(id));
      submitIntact(update);
      listener.receipted(update, ticket);
    } catch (FederationException e) {
      failed(ticket, id, e);
    } catch (RuntimeException e) {
      String sentence = "submission: " + e + " (expected: none). Look into the node's log.";
      failed(ticket, id, new FederationException(ErrorKind.INTERNAL, sentence, e));
    } finally {
      LogContext.leave();
      tickets.leave(ticket);
    }
  }

  /** Gives a submission up, whether it runs or still waits for its turn. */
  public void stop(long ticket) {
    tickets.stop(ticket, () -> {});
  }

  /** Bytes that decayed on this disk would be refused for ever; others are sent again. */
  private void submitIntact(FinishedUpdate update) {
    try {
      submit(update);
    } catch (FederationException e) {
      if (e.kind() == ErrorKind.CORRUPT
          && !update.groups().stream()
              .allMatch(group -> ArtifactStore.hash(group.file()).equals(group.digest()))) {
        throw decayed(update.id());
      }
      throw e;
    }
  }

  private void submit(FinishedUpdate update) {
    sent.append(entry("update", update).build());
    long start = nanos.getAsLong();
    Digest receipt =
        bulk.submit(
            update,
            (done, total) -> {
              double seconds = (nanos.getAsLong() - start) / 1e9;
              double rate = seconds > 0 ? done / seconds : 0;
              listener.progressed(
                  new TaskProgress(
                      update.id(), TaskProgress.Step.SUBMITTING, done, total, rate, Double.NaN));
            });
    sent.note(entry("receipt", update).put("receipt", receipt.toString()).build());
    LOG.info("{}: receipt {}", update.id(), receipt.abbreviated());
  }

  private void failed(long ticket, AssignmentId id, FederationException failure) {
    if (!tickets.isStopped(ticket)) {
      LOG.warn("{}: {}", id, failure.sentence());
      listener.submissionFailed(id, ticket, failure);
    }
  }

  private ObjectBuilder entry(String what, FinishedUpdate update) {
    return JsonValue.object()
        .put("at", clock.instant().toString())
        .put("what", what)
        .put("assignment", update.id().toString())
        .put("bytes", update.bytes())
        .put("examples", update.examples())
        .put("groups", JsonValue.array(update.groups().stream().map(Submitter::group).toList()))
        .put("metrics", JsonFields.ofNumbers(update.metrics()));
  }

  private static JsonObject group(GroupFile group) {
    return JsonValue.object()
        .put("name", group.name())
        .put("layout", group.layout().toString())
        .put("codec", group.codec())
        .put("bytes", group.bytes())
        .put("digest", group.digest().toString())
        .build();
  }

  private static FederationException decayed(AssignmentId id) {
    return FederationException.of(
        ErrorKind.WORKER_FAILED,
        "stored update of " + id,
        "missing or with other bytes than it was kept with",
        "the finished update",
        "It is trained again when it is asked for again; look at the node's disk.");
  }
}
