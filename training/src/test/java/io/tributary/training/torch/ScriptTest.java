package io.tributary.training.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScriptTest {
  private static final String HEAD = "(self: __torch__.Ops, w: __torch__.Pass, x: Tensor)";
  private static final String PARTS =
      """
        def embed(self: __torch__.Ops, w: __torch__.Pass) -> Tensor:
          return w.drop(torch.mul(w.p[0], w.inputs[0]))
        def layer(self: __torch__.Ops, w: __torch__.Pass, n: int, x: Tensor) -> Tensor:
          return x
        def head%s -> Tensor:
          return torch.view(x, [2, -1])
      """
          .formatted(HEAD);

  private static Script script(String text) {
    return new Script("test.py", text, true);
  }

  @Test
  void of_resourceThatIsNotThere_saysWhich() {
    var e = assertThrows(IllegalStateException.class, () -> Script.of(ScriptTest.class, "none.py"));
    assertTrue(e.toString().contains("none.py"), e.toString());
  }

  @Test
  void scope_textThatIsNoTorchScript_failsWithItsName() {
    var e =
        assertThrows(
            FederationException.class,
            () -> TorchRuntime.start(1).scope(script("  def broken(self) -> Tensor:\n")));
    assertEquals(ErrorKind.WORKER_FAILED, e.kind());
    assertTrue(e.sentence().startsWith("test.py: "), e.sentence());
  }

  @Test
  void digest_followsTheTextAndItsUse() {
    assertEquals(script("  x").digest(), new Script("other", "  x", true).digest());
    assertNotEquals(script("  x").digest(), script("  y").digest());
    assertNotEquals(script("  x").digest(), new Script("test.py", "  x", false).digest());
  }

  @Test
  void differentiate_product_gradientIsTheOtherFactor() {
    try (TorchScope scope = TorchRuntime.start(1).scope(script(PARTS))) {
      assertEquals(0.5 * 2 * 2 / 4, differentiate(scope, List.of()), 1e-6);
      Tensor masks = scope.floats(4);
      masks.floats().put(0, 2);
      assertEquals(0.5 * 4 * 4 / 4, differentiate(scope, List.of(masks)), 1e-6);
    }
  }

  /** Half the squared first number, by the script's loss; the others are 0. */
  private static double differentiate(TorchScope scope, List<Tensor> masks) {
    Tensor value = scope.floats(4);
    value.floats().put(0, 1);
    Tensor factor = scope.floats(4);
    factor.floats().put(0, 2);
    Tensor gradient = scope.floats(4);
    Tensor target = scope.floats(2, 2);
    List<Tensor> all = new ArrayList<>(List.of(value, gradient, factor, target));
    all.addAll(masks);
    // counts and float32, the slot's depth and use, then the table of adapters: one slot is the
    // base's, none
    // has any
    long[] integers = {1, 0, 0, 1, 0, masks.size(), 0, 0, 2, 0, 6, -1, 1, 1, 0};
    double loss = scope.differentiate("gradients", all, integers, new double[] {1, 0, 0, 1, 5});
    double scale = masks.isEmpty() ? 2 : 4;
    assertEquals(2 * scale * scale / 4, gradient.floats().get(0), 1e-6);
    return loss / 2;
  }

  @Test
  void differentiate_scriptTakesOtherCountOfMasks_saysSo() {
    try (TorchScope scope = TorchRuntime.start(1).scope(script(PARTS))) {
      var e =
          assertThrows(
              FederationException.class, () -> differentiate(scope, List.of(scope.floats(5))));
      assertTrue(e.sentence().contains("mask"), e.sentence());
    }
  }
}
