package io.tributary.training.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TorchScopeTest {
  @Test
  void buffers_writtenThrough_seenByFunctionsAndParts() {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor flat = scope.floats(6);
      Tensor part = scope.part(flat, 2, 2, 2);
      flat.floats().put(2, 3).put(5, 4);
      assertEquals(5, scope.number("norm", part));
      scope.run("scale", part, 2.0);
      assertEquals(8, flat.floats().get(5));
      assertEquals(4, part.elements());
    }
  }

  @Test
  void buffers_ofTheOtherType_refused() {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      assertThrows(IllegalStateException.class, () -> scope.longs(2).floats());
      assertThrows(IllegalStateException.class, () -> scope.floats(2).longs());
    }
  }

  @Test
  void call_failingFunctions_workerFailed() {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Tensor one = scope.floats(1);
      assertEquals(ErrorKind.WORKER_FAILED, failure(() -> scope.call("no_such", one)));
      assertEquals(
          ErrorKind.WORKER_FAILED, failure(() -> scope.call("part", one, 0L, new long[] {99})));
      assertThrows(IllegalArgumentException.class, () -> scope.call("norm", "text"));
    }
  }

  @Test
  void scope_closed_childrenAndListsEndWithIt() {
    TorchScope scope = TorchRuntime.start(1).scope();
    TorchScope child = scope.child();
    Tensor tensor = child.floats(4);
    scope.list(List.of(tensor));
    scope.close();
    assertThrows(RuntimeException.class, tensor::bytes);
  }

  @Test
  void start_otherThreadCount_isSet() {
    assertEquals(2, TorchRuntime.start(2).threads());
    assertEquals(1, TorchRuntime.start(1).threads());
    assertEquals("2.7.1", TorchRuntime.start(1).version());
  }

  @Test
  void devices_wordThatMeansNone_refused() {
    assertEquals(ErrorKind.INVALID_CONFIG, failure(() -> Devices.choose("tpu")));
  }

  private static ErrorKind failure(org.junit.jupiter.api.function.Executable call) {
    return assertThrows(FederationException.class, call).kind();
  }
}
