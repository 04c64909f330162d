package io.tributary.coordinator.rpc;

import io.tributary.coordinator.artifact.Spool;
import io.tributary.coordinator.driver.Failpoints;
import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.UpdateFacts;
import io.tributary.coordinator.round.UpdateGroup;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.NodeName;
import io.tributary.proto.v1.GroupStart;
import io.tributary.proto.v1.Receipt;
import io.tributary.proto.v1.SubmitHeader;
import io.tributary.proto.v1.SubmitMessage;
import io.tributary.transport.ErrorStatus;
import io.tributary.transport.RetryWindow;
import io.tributary.transport.chunk.BulkMessage;
import io.tributary.transport.chunk.ChunkAssembler;
import io.tributary.transport.chunk.Piece;
import io.tributary.transport.chunk.Upload;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * One submission: header, then each group's bytes, in the order of the header. The order of things
 * is a promise: bytes verified, file and folder forced, journal row committed, receipt sent.
 *
 * <p>Used by its call's thread; {@link #supersede} comes from another one, hence the lock. That it
 * is superseded is seen without the lock, so that the newer one need not wait for a long hashing.
 */
final class SubmitUpload implements Upload<BulkMessage<SubmitMessage>, Receipt> {
  private static final RetryWindow WHEN_FULL =
      new RetryWindow(Duration.ofSeconds(10), Duration.ofSeconds(60));

  /** What the header said, once it was found to fit the assignment. */
  private record Head(AssignmentId id, UpdateFacts facts, boolean receipted) {}

  private final NodeName node;
  private final Submissions submissions;
  private Optional<AssignmentId> announced = Optional.empty();
  private Optional<Head> head = Optional.empty();
  private Optional<ChunkAssembler> assembler = Optional.empty();
  private int groupsBegun;
  private volatile boolean superseded;
  private boolean submitted;

  SubmitUpload(NodeName node, Submissions submissions) {
    this.node = node;
    this.submissions = submissions;
  }

  @Override
  public void message(BulkMessage<SubmitMessage> message) {
    message.other().ifPresent(this::other);
    message.piece().ifPresent(this::piece);
  }

  private void other(SubmitMessage message) {
    if (message.hasHeader()) {
      header(message.getHeader());
      return;
    }
    synchronized (this) {
      checkOpen();
      if (!message.hasGroup()) {
        throw violation("message", message.getMessageCase(), "a group's start or a chunk");
      }
      group(message.getGroup());
    }
  }

  private void header(SubmitHeader header) {
    if (head().isPresent()) {
      throw violation("second header", header.getAssignment(), "one header a submission");
    }
    AssignmentId id = NodeMessages.own(header.getAssignment(), node);
    announce(id);
    UpdateFacts facts = UpdateHeaders.facts(header, submissions.parts().fetched().of(id));
    AssignmentRecord record = submissions.record(id);
    if (!isReceipted(record, facts)) {
      checkNotHeld(record);
      UpdateHeaders.check(facts.groups(), submissions.run(id).state().spec().groups(id));
      reserve(id, facts);
    }
    submissions.parts().failpoints().reach(Failpoints.UPDATE_ANNOUNCED);
    submissions.enter(id, this);
    try {
      // an older submission may have been receipted since: its file must not be touched
      boolean receipted = isReceipted(submissions.record(id), facts);
      synchronized (this) {
        head = Optional.of(new Head(id, facts, receipted));
      }
    } catch (RuntimeException e) {
      submissions.leave(id, this);
      throw e;
    }
  }

  /** Whether this very update has its receipt; another update of the assignment comes too late. */
  private static boolean isReceipted(AssignmentRecord record, UpdateFacts facts) {
    if (record.update().isEmpty()) {
      if (!record.awaitsUpdate()) {
        throw Submissions.over(record);
      }
      return false;
    }
    if (!record.update().get().digest().equals(facts.digest())) {
      throw FederationException.of(
          ErrorKind.STALE,
          "assignment " + record.id(),
          "another update has its receipt",
          "one update an assignment",
          "Throw the update away.");
    }
    return true;
  }

  private void checkNotHeld(AssignmentRecord record) {
    if (submissions.run(record.id()).state().phase().held()) {
      throw Submissions.held(record.id());
    }
  }

  private void reserve(AssignmentId id, UpdateFacts facts) {
    try {
      submissions.parts().spool().reserve(id, facts.bytesUp());
    } catch (FederationException e) {
      throw e.kind() == ErrorKind.FULL ? ErrorStatus.toStatus(e, WHEN_FULL) : e;
    }
  }

  /** The round may close under a submission; its node may not have heard of it. */
  private void checkLive(Head now) {
    if (!now.receipted()) {
      isReceipted(submissions.record(now.id()), now.facts());
    }
  }

  private void group(GroupStart start) {
    finishGroup();
    Head now = needHead();
    checkLive(now);
    if (groupsBegun == now.facts().groups().size()
        || !now.facts().groups().get(groupsBegun).name().equals(start.getName())) {
      throw violation("group", NodeMessages.sentence(start.getName()), "the header's order");
    }
    UpdateGroup group = now.facts().groups().get(groupsBegun);
    groupsBegun++;
    if (now.receipted() || isStored(now, group)) {
      if (start.getOffset() != group.file().bytes()) {
        // it became complete between the node's question and its answer: asking again helps
        throw FederationException.of(
            ErrorKind.NOT_READY,
            "offset",
            start.getOffset(),
            group.file().bytes() + ", all is stored",
            "Ask again from where to go on.");
      }
      return;
    }
    ChunkAssembler begun =
        submissions
            .parts()
            .spool()
            .assemble(
                now.id(),
                group.name(),
                group.file().digest(),
                group.file().bytes(),
                start.getOffset());
    assembler = Optional.of(begun);
    begun.rehash(this::checkOpen);
  }

  /** Bytes that were complete before a crash or a cut are taken as they are, by their digest. */
  private boolean isStored(Head now, UpdateGroup group) {
    Spool spool = submissions.parts().spool();
    boolean stored = spool.holds(now.id(), group.name(), group.file().digest());
    if (stored) {
      spool.adopt(now.id());
    }
    return stored;
  }

  private synchronized void piece(Piece piece) {
    checkOpen();
    checkLive(needHead());
    assembler
        .orElseThrow(() -> violation("chunk", piece.offset(), "a group's start before it"))
        .accept(piece);
  }

  private void finishGroup() {
    if (assembler.isEmpty()) {
      return;
    }
    Head now = needHead();
    UpdateGroup group = now.facts().groups().get(groupsBegun - 1);
    try (ChunkAssembler held = assembler.get()) {
      Path verified = held.finish();
      submissions.parts().failpoints().reach(Failpoints.UPDATE_VERIFIED);
      publish(now, group, verified);
    }
    assembler = Optional.empty();
    submissions.parts().failpoints().reach(Failpoints.UPDATE_FORCED);
  }

  private void publish(Head now, UpdateGroup group, Path verified) {
    try {
      submissions.parts().spool().publish(now.id(), group.name(), group.file().digest(), verified);
    } catch (FederationException e) {
      checkLive(now); // with its round the file went, which is no trouble of the disk
      throw e;
    }
  }

  @Override
  public CompletionStage<Receipt> complete() {
    Head now;
    synchronized (this) {
      checkOpen();
      finishGroup();
      now = needHead();
      if (groupsBegun != now.facts().groups().size()) {
        throw violation("groups", groupsBegun, now.facts().groups().size() + ", as stated");
      }
      submitted = true;
    }
    if (now.receipted()) {
      submissions.leave(now.id(), this);
      var again = new Answer.Receipted(now.id(), now.facts());
      return CompletableFuture.completedFuture(receipt(again));
    }
    return store(now).thenApply(this::receipt);
  }

  /** Until the driver has answered nobody may touch the files: it may be journaling them. */
  private CompletionStage<Answer> store(Head now) {
    try {
      return submissions
          .parts()
          .driver()
          .submit(new RoundEvent.UpdateStored(now.id(), now.facts()))
          .whenComplete((answer, failure) -> submissions.leave(now.id(), this));
    } catch (RuntimeException e) {
      submissions.leave(now.id(), this);
      throw e;
    }
  }

  private Receipt receipt(Answer answer) {
    if (answer.orThrow() instanceof Answer.Receipted receipted) {
      submissions.parts().failpoints().reach(Failpoints.UPDATE_RECEIPTED);
      submissions.parts().fetched().forget(receipted.assignment());
      return Receipt.newBuilder()
          .setAssignment(receipted.assignment().toString())
          .setDigest(receipted.update().toString())
          .build();
    }
    throw new IllegalStateException("an update was answered by " + answer);
  }

  @Override
  public void broken(Throwable reason) {
    Optional<Head> unasked;
    Optional<AssignmentId> tried;
    synchronized (this) {
      unasked = submitted ? Optional.empty() : head;
      tried = announced;
      assembler.ifPresent(ChunkAssembler::close);
      assembler = Optional.empty();
    }
    unasked.ifPresent(known -> submissions.leave(known.id(), this));
    tried.ifPresent(id -> submissions.refused(id, reason));
  }

  private synchronized void announce(AssignmentId id) {
    announced = Optional.of(id);
  }

  /** A newer submission of the assignment has begun; what is stored stays for it. */
  void supersede() {
    superseded = true;
    synchronized (this) {
      if (submitted) {
        throw FederationException.of(
            ErrorKind.NOT_READY,
            "submission",
            "an earlier one is being receipted",
            "one at a time",
            "Ask again in a moment.");
      }
      assembler.ifPresent(ChunkAssembler::close);
      assembler = Optional.empty();
    }
  }

  private void checkOpen() {
    if (superseded) {
      throw FederationException.of(
          ErrorKind.CANCELLED,
          "submission",
          "a newer one of the same assignment has begun",
          "one at a time",
          "Let the newer one end.");
    }
  }

  private synchronized Optional<Head> head() {
    return head;
  }

  private Head needHead() {
    return head.orElseThrow(() -> violation("first message", "no header", "the header"));
  }

  private static FederationException violation(String what, Object found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_ARGUMENT, what, found, rule, "Mend the sender.");
  }
}
