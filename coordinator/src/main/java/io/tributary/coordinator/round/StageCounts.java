package io.tributary.coordinator.round;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What is counted along while a cohort changes; immutable. Only assignments to train are counted.
 */
final class StageCounts {
  static final StageCounts NONE =
      new StageCounts(new int[AssignmentStage.values().length], new AssignmentRecord[0], 0);

  /** How many stand in each stage, by its place. */
  private final int[] stages;

  /** Those whose updates wait to be judged, in the order of their receipts. */
  private final AssignmentRecord[] received;

  private final long judged;

  private StageCounts(int[] stages, AssignmentRecord[] received, long judged) {
    this.stages = stages;
    this.received = received;
    this.judged = judged;
  }

  int of(AssignmentStage stage) {
    return stages[place(stage)];
  }

  Optional<AssignmentRecord> firstReceived() {
    return received.length == 0 ? Optional.empty() : Optional.of(received[0]);
  }

  /** Sequence of the newest judgement; what is taken away is not forgotten. */
  long lastJudged() {
    return judged;
  }

  StageCounts with(AssignmentRecord... records) {
    int[] more = stages.clone();
    List<AssignmentRecord> waiting = new ArrayList<>();
    long newest = judged;
    for (AssignmentRecord record : records) {
      if (record.evaluates()) {
        continue;
      }
      more[place(record.stage())]++;
      switch (record.stage()) {
        case RECEIVED -> waiting.add(record);
        case COUNTED, REFUSED -> newest = Math.max(newest, record.sequence());
        default -> {}
      }
    }
    return new StageCounts(more, waiting.isEmpty() ? received : inserted(waiting), newest);
  }

  StageCounts without(AssignmentRecord record) {
    if (record.evaluates()) {
      return this;
    }
    int[] less = stages.clone();
    less[place(record.stage())]--;
    boolean waits = record.stage() == AssignmentStage.RECEIVED;
    return new StageCounts(less, waits ? left(record) : received, judged);
  }

  private AssignmentRecord[] left(AssignmentRecord record) {
    return Arrays.stream(received)
        .filter(other -> !other.id().equals(record.id()))
        .toArray(AssignmentRecord[]::new);
  }

  private AssignmentRecord[] inserted(List<AssignmentRecord> more) {
    more.addAll(Arrays.asList(received));
    more.sort(Comparator.comparingLong(AssignmentRecord::sequence));
    return more.toArray(AssignmentRecord[]::new);
  }

  @SuppressWarnings("EnumOrdinal") // of counts that live no longer than this object
  private static int place(AssignmentStage stage) {
    return stage.ordinal();
  }
}
