package io.tributary.coordinator.rpc;

import io.tributary.coordinator.registry.ConnectedNode;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.FederationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** One node within the process, joined. Safe for several threads. */
public final class DirectNode {
  private final ConnectedNode node;
  private final DirectPeers.Parts parts;

  DirectNode(ConnectedNode node, DirectPeers.Parts parts) {
    this.node = node;
    this.parts = parts;
  }

  /** Tells the coordinator that this node may be drawn; the stage ends when it may. */
  public CompletionStage<Void> enter() {
    var joined =
        new RoundEvent.NodeJoined(node.facts().profile(node.name()), node.session(), List.of());
    return parts.driver().submit(joined).thenAccept(Answer::orThrow);
  }

  /** Says something about an assignment of this node; what comes late is answered as such. */
  public void tell(RoundEvent.OfNode event) {
    var ignored = parts.driver().submit(event);
  }

  /**
   * Submits an update: the checks of a submission over the wire, then the spool, then the journal.
   * The stage gives the receipt, or fails with the kind that a call would fail with.
   *
   * @param groups bytes of each group of the facts, whose digests the caller has taken; nobody may
   *     change them from now on
   */
  public CompletionStage<Answer.Receipted> submit(
      AssignmentId id, UpdateFacts facts, Map<String, byte[]> groups) {
    try {
      RunState run =
          parts.driver().world().find(id.round().run()).orElseThrow(() -> Submissions.over(id));
      AssignmentRecord record =
          parts.driver().past().assignment(run, id).orElseThrow(() -> Submissions.over(id));
      if (record.update().isPresent()) {
        return CompletableFuture.completedFuture(new Answer.Receipted(id, record.update().get()));
      }
      check(run, record, facts);
      parts.spool().reserve(id, facts.bytesUp());
      parts.spool().keep(id, groups);
    } catch (FederationException e) {
      return CompletableFuture.failedFuture(e);
    }
    return parts.driver().submit(new RoundEvent.UpdateStored(id, facts)).thenApply(this::receipt);
  }

  private static void check(RunState run, AssignmentRecord record, UpdateFacts facts) {
    if (!record.awaitsUpdate()) {
      throw Submissions.over(record);
    }
    if (run.phase().held()) {
      throw Submissions.held(record.id());
    }
    UpdateHeaders.check(facts.groups(), run.spec().groups(record.id()));
  }

  private Answer.Receipted receipt(Answer answer) {
    if (answer.orThrow() instanceof Answer.Receipted receipted) {
      return receipted;
    }
    throw new IllegalStateException("an update was answered by " + answer);
  }

  /** Goes away; it may join again. */
  public void leave() {
    if (parts.registry().leave(node)) {
      var ignored = parts.driver().submit(new RoundEvent.NodeLeft(node.name(), node.session()));
    }
  }
}
