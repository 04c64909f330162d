package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.util.List;
import org.junit.jupiter.api.Test;

class BestWeightsTest {
  @Test
  void restore_trainedNumbersAndStatistics_asTheyWereRemembered() {
    try (TorchScope scope = TorchRuntime.start(1).scope();
        TorchScope own = scope.child()) {
      Tensor live = scope.floats(2);
      Tensor counter = scope.longs(1);
      live.floats().put(0, 1);
      counter.longs().put(0, 4);
      var best = new BestWeights(own, live, List.of(counter.bytes()));
      best.remember(7);
      live.floats().put(0, 2);
      counter.longs().put(0, 5);
      assertEquals(7, best.restore());
      assertEquals(1, live.floats().get(0));
      assertEquals(4, counter.longs().get(0));
    }
  }
}
