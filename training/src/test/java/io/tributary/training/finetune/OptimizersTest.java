package io.tributary.training.finetune;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.federation.Digest;
import io.tributary.federation.plan.AdafactorPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OptimizersTest {
  private static final int ROWS = 6;
  private static final int COLUMNS = 4;
  private static final int PLAIN = 5;
  private static final int DECAYING = ROWS * COLUMNS;
  private static final Digest FITS = Digest.ofUtf8("layout");

  @TempDir Path folder;

  private static OptimizerPlan plan(OptimizerName name) {
    boolean factored = name == OptimizerName.ADAFACTOR;
    return new OptimizerPlan(
        name,
        0.01,
        0.1,
        0.9,
        0.9,
        0.99,
        1e-8,
        name == OptimizerName.SGD ? 0.5 : 0,
        false,
        factored ? new AdafactorPlan(1, 0.8, true, true) : AdafactorPlan.USUAL);
  }

  private static Trainable trainable(TorchScope scope) {
    var trainable =
        new Trainable(
            scope.floats(DECAYING + PLAIN),
            scope.floats(DECAYING + PLAIN),
            DECAYING,
            List.of(
                new Trainable.Part("matrix", 0, new long[] {ROWS, COLUMNS}),
                new Trainable.Part("bias", DECAYING, new long[] {PLAIN})));
    fill(trainable.values(), 1);
    return trainable;
  }

  private static void fill(Tensor tensor, int seed) {
    FloatBuffer into = tensor.floats();
    for (int i = 0; i < into.capacity(); i++) {
      into.put(i, (float) Math.sin(seed * 1.3 + i * 0.7));
    }
  }

  private static void steps(Optimizer optimizer, Trainable trainable, int from, int to) {
    for (int step = from; step < to; step++) {
      fill(trainable.gradients(), step + 2);
      optimizer.step(0.01 / (step + 1), 1.5);
    }
  }

  private static float[] values(Trainable trainable) {
    float[] copy = new float[DECAYING + PLAIN];
    trainable.values().floats().get(copy);
    return copy;
  }

  @ParameterizedTest
  @EnumSource(OptimizerName.class)
  void state_throughAFile_goesOnBitByBit(OptimizerName name) throws IOException {
    float[] whole;
    float[] half;
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope);
      try (Optimizer optimizer = Optimizer.of(plan(name), scope, trainable)) {
        steps(optimizer, trainable, 0, 3);
        half = values(trainable);
        KeptState.write(folder, optimizer, FITS);
        assertEquals(3, optimizer.steps());
        steps(optimizer, trainable, 3, 6);
        whole = values(trainable);
      }
    }
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope);
      trainable.values().floats().put(half);
      try (Optimizer optimizer = Optimizer.of(plan(name), scope, trainable)) {
        assertEquals(java.util.Optional.empty(), KeptState.restore(folder, optimizer, FITS));
        assertEquals(3, optimizer.steps());
        steps(optimizer, trainable, 3, 6);
        assertArrayEquals(whole, values(trainable));
      }
    }
  }

  @Test
  void restore_otherLayoutOrDecayedBytes_isRefusedAndStaysFresh() throws IOException {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope);
      try (Optimizer optimizer = Optimizer.of(plan(OptimizerName.ADAMW), scope, trainable)) {
        steps(optimizer, trainable, 0, 2);
        KeptState.write(folder, optimizer, FITS);
      }
      try (Optimizer fresh = Optimizer.of(plan(OptimizerName.ADAMW), scope, trainable)) {
        String other = KeptState.restore(folder, fresh, Digest.ofUtf8("other")).orElseThrow();
        assertTrue(other.contains("another layout"), other);
        Path file = folder.resolve("optimizer.safetensors");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        String decayed = KeptState.restore(folder, fresh, FITS).orElseThrow();
        assertTrue(decayed.contains("not those that were written"), decayed);
        Files.delete(file);
        assertTrue(KeptState.restore(folder, fresh, FITS).orElseThrow().contains("can't be read"));
        assertEquals(0, fresh.steps());
        assertEquals(0, requireNonNull(fresh.state().get("first.decaying")).floats().get(0));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(OptimizerName.class)
  void groups_onlyTheFirst_decay(OptimizerName name) {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope);
      float[] before = values(trainable);
      try (Optimizer optimizer = Optimizer.of(plan(name), scope, trainable)) {
        optimizer.step(0.01, 1);
      }
      float[] after = values(trainable);
      assertNotEquals(before[0], after[0]);
      for (int i = DECAYING; i < after.length; i++) {
        assertEquals(before[i], after[i]);
      }
    }
  }

  /** What is left out of memory must end up as if it had been held, bit by bit. */
  @ParameterizedTest
  @EnumSource(OptimizerName.class)
  void replay_numbersWithoutGradient_asIfHeld(OptimizerName name) {
    OptimizerPlan plan = plan(name);
    if (!Optimizer.leavesOutUnused(plan, false)) {
      return;
    }
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope);
      float[] replayed = values(trainable);
      try (Optimizer optimizer = Optimizer.of(plan, scope, trainable)) {
        for (int step = 0; step < 4; step++) {
          optimizer.step(0.01 * (step + 1), 1);
        }
        float[] held = values(trainable);
        optimizer.replayWithoutGradient(replayed, DECAYING, 4);
        for (int i = 0; i < DECAYING; i++) {
          assertEquals(held[i], replayed[i], name == OptimizerName.SGD ? 1e-7 : 0, "number " + i);
        }
        optimizer.step(0.5, 1);
        float[] again = new float[DECAYING];
        trainable(scope).values().floats().get(again);
        optimizer.replayWithoutGradient(again, DECAYING, 4);
        assertArrayEquals(replayed(replayed), again);
      }
    }
  }

  private static float[] replayed(float[] all) {
    return java.util.Arrays.copyOf(all, DECAYING);
  }

  @Test
  void leavesOutUnused_whereDecayActsAlone() {
    assertTrue(Optimizer.leavesOutUnused(plan(OptimizerName.ADAMW), true));
    assertTrue(Optimizer.leavesOutUnused(plan(OptimizerName.SGD), false));
    assertFalse(Optimizer.leavesOutUnused(plan(OptimizerName.SGD), true));
    assertFalse(Optimizer.leavesOutUnused(plan(OptimizerName.ADAM), false));
    assertFalse(Optimizer.leavesOutUnused(plan(OptimizerName.ADAFACTOR), false));
  }
}
