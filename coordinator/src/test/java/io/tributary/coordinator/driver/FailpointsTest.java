package io.tributary.coordinator.driver;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.coordinator.round.Transition;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.HashSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FailpointsTest {
  @Test
  void names_areUniqueAndHoldEveryTransition() {
    assertEquals(Failpoints.names().size(), new HashSet<>(Failpoints.names()).size());
    for (String kind : Transition.kinds()) {
      assertTrue(Failpoints.names().contains(Failpoints.before(kind)));
      assertTrue(Failpoints.names().contains(Failpoints.after(kind)));
    }
  }

  @Test
  void armed_firesOnceAtTheNthTime() {
    var fired = new AtomicInteger();
    Failpoints failpoints =
        Failpoints.of(Optional.of(Failpoints.AFTER_COMMIT + ":3"), fired::incrementAndGet);
    for (int i = 1; i <= 5; i++) {
      failpoints.reach(Failpoints.BEFORE_COMMIT);
      failpoints.reach(Failpoints.AFTER_COMMIT);
      assertEquals(i < 3 ? 0 : 1, fired.get());
    }
    assertTrue(failpoints.armed());
  }

  @Test
  void unarmed_doesNothing() {
    assertFalse(Failpoints.of(Optional.empty(), () -> {}).armed());
    assertFalse(Failpoints.ofProcess().armed());
    Failpoints.none().reach(Failpoints.AFTER_COMMIT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"nowhere", "driver.after-commit:0", "driver.after-commit:x", ""})
  void unknownNameOrNumber_isRefused(String property) {
    var thrown =
        assertThrows(
            FederationException.class, () -> Failpoints.of(Optional.of(property), () -> {}));
    assertEquals(ErrorKind.INVALID_CONFIG, thrown.kind());
  }
}
