package io.tributary.coordinator.round;

import static io.tributary.coordinator.round.AsyncRoundTest.commit;
import static io.tributary.coordinator.round.AsyncRoundTest.count;
import static io.tributary.coordinator.round.AsyncRoundTest.three;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** How long an asynchronous run's offers give. */
final class AsyncOffersTest {
  @Test
  void offers_giveTheTimeOfAllRoundsInWhichTheyAreNotTooOld() {
    Table table = three();
    Instant deadline = table.run().open().deadline().orElseThrow();
    // max-staleness is 2, a round may take 30 minutes
    assertEquals(deadline.plus(Duration.ofMinutes(60)), closesAt(table, "c"));
    count(table, "a", "b");
    table.pass(Duration.ofMinutes(1));
    commit(table);
    deadline = table.run().open().deadline().orElseThrow();
    assertEquals(deadline.plus(Duration.ofMinutes(60)), closesAt(table, "a"));
    assertEquals(deadline.plus(Duration.ofMinutes(30)), closesAt(table, "c"), "one version old");
  }

  private static Instant closesAt(Table table, String node) {
    return table.effects(Effect.OfferAssignment.class).stream()
        .filter(offer -> offer.assignment().node().value().equals(node))
        .map(Effect.OfferAssignment::closesAt)
        .findFirst()
        .orElseThrow();
  }
}
