package io.tributary.client;

import io.tributary.aggregation.tally.Tally;
import io.tributary.client.rpc.BulkClient;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.SessionEvent;
import io.tributary.client.task.FinishedUpdate;
import io.tributary.client.task.ProgressGate;
import io.tributary.client.task.Submitter;
import io.tributary.client.task.TaskListener;
import io.tributary.client.task.TaskProgress;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;

/** Turns what tasks and submissions report into events of the session. */
record DriverReports(SessionDriver driver, ProgressGate progress)
    implements TaskListener, Submitter.Listener {
  @Override
  public void accepted(AssignmentId id, long ticket) {
    driver.tell(new SessionEvent.TaskAccepted(id, ticket));
  }

  @Override
  public void declined(AssignmentId id, long ticket, DeclineReason reason, String sentence) {
    driver.tell(new SessionEvent.TaskDeclined(id, ticket, reason, sentence));
  }

  @Override
  public void trained(AssignmentId id, long ticket) {
    driver.tell(new SessionEvent.TaskTrained(id, ticket));
    driver.settleSoon(id);
  }

  @Override
  public void evaluated(AssignmentId id, long ticket, Tally tally) {
    driver.tell(new SessionEvent.TaskEvaluated(id, ticket, tally));
  }

  @Override
  public void failed(AssignmentId id, long ticket, ErrorKind kind, String sentence) {
    driver.tell(new SessionEvent.TaskFailed(id, ticket, kind, sentence));
  }

  @Override
  public void progressed(TaskProgress report) {
    progress.report(report);
  }

  @Override
  public void dataChanged() {
    driver.tell(new SessionEvent.DataChanged());
  }

  @Override
  public void receipted(FinishedUpdate update, long ticket) {
    driver.tell(new SessionEvent.Receipted(update.id(), ticket, update.metrics()));
  }

  @Override
  public void submissionFailed(AssignmentId id, long ticket, FederationException failure) {
    driver.tell(
        new SessionEvent.SubmissionFailed(
            id, ticket, failure.kind(), failure.sentence(), BulkClient.window(failure)));
  }
}
