package io.tributary.simulations.world;

import io.tributary.coordinator.round.Answer;
import io.tributary.coordinator.round.AssignmentRecord;
import io.tributary.coordinator.round.RoundEvent;
import io.tributary.coordinator.round.RunState;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.ErrorKind;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Takes submissions in the order that is promised: looked at, bytes stored, row journaled, receipt
 * sent. Of two of one assignment the newest wins.
 */
final class UploadDesk {
  /** One submission as the coordinator sees it. */
  static final class Sending {
    private final Upload upload;
    private boolean receipted;
    private boolean superseded;
    private boolean submitted;

    Sending(Upload upload) {
      this.upload = upload;
    }

    Upload upload() {
      return upload;
    }
  }

  private final SimulatedWorld world;
  private final CoordinatorLife life;
  private final Map<AssignmentId, Sending> open = new HashMap<>();
  private final Set<Upload> calls = new LinkedHashSet<>();

  UploadDesk(SimulatedWorld world, CoordinatorLife life) {
    this.world = world;
    this.life = life;
  }

  void begin(Sending sending) {
    AssignmentId id = sending.upload().id();
    Optional<ErrorKind> refusal = look(sending);
    if (refusal.isPresent()) {
      refuse(sending, refusal.get());
      return;
    }
    Sending older = open.get(id);
    if (older != null && older.submitted) {
      refuse(sending, ErrorKind.IN_USE);
      return;
    }
    if (older != null) {
      older.superseded = true;
      world.trace().count("submission superseded");
    }
    open.put(id, sending);
    calls.add(sending.upload());
    world.timeline().after(world.dice().millis(10, 20_000), () -> stored(sending));
  }

  /** What the header alone tells. */
  private Optional<ErrorKind> look(Sending sending) {
    AssignmentId id = sending.upload().id();
    Optional<RunState> run = life.runs().find(id.round().run());
    if (run.isEmpty()) {
      return Optional.of(ErrorKind.NOT_FOUND);
    }
    Optional<AssignmentRecord> record = run.get().find(id);
    if (record.isEmpty()) {
      return Optional.of(ErrorKind.STALE);
    }
    var first = record.get().update();
    if (first.isPresent()) {
      sending.receipted = true;
      boolean same = first.get().digest().equals(sending.upload().facts().digest());
      return same ? Optional.empty() : Optional.of(ErrorKind.STALE);
    }
    if (!record.get().stage().live()) {
      world.trace().count("late update");
      return Optional.of(ErrorKind.STALE);
    }
    return run.get().phase().held() ? Optional.of(ErrorKind.NOT_READY) : Optional.empty();
  }

  private void stored(Sending sending) {
    if (life.dead()) {
      return;
    }
    Upload upload = sending.upload();
    if (sending.superseded) {
      refuse(sending, ErrorKind.CANCELLED);
      return;
    }
    life.guarded(
        () -> {
          if (!sending.receipted) {
            world.disk().spool().put(upload.id(), upload.facts());
            world.trace().say("coordinator", "spooled", upload.id());
          }
          life.crashPoint("update spooled");
          sending.submitted = true;
          life.submit(
              new RoundEvent.UpdateStored(upload.id(), upload.facts()),
              answer -> answered(sending, answer));
        });
  }

  private void answered(Sending sending, Answer answer) {
    Upload upload = sending.upload();
    open.remove(upload.id(), sending);
    if (answer instanceof Answer.Receipted receipted) {
      world.invariants().receiptLeaves(receipted.assignment(), receipted.update());
      life.crashPoint("receipt leaves");
      calls.remove(upload);
      upload.answer(upload::receipt);
      return;
    }
    world.invariants().noReceipt(upload.id(), upload.facts().digest());
    refuse(sending, answer instanceof Answer.Refused no ? no.kind() : ErrorKind.STALE);
  }

  private void refuse(Sending sending, ErrorKind kind) {
    calls.remove(sending.upload());
    world.trace().say("coordinator", "refuses " + kind, sending.upload().id());
    sending.upload().answer(() -> sending.upload().failed(kind));
    if (!life.dead()) {
      // more than the product tells: a word about an upload may never change what becomes of it
      life.submit(
          new RoundEvent.UploadRefused(sending.upload().id(), "refused " + kind), answer -> {});
    }
  }

  void serverDied() {
    calls.forEach(Upload::serverDied);
  }
}
