package io.tributary.training.finetune;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tributary.aggregation.tensor.ByteSource;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.SafetensorsHeader;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.AdafactorPlan;
import io.tributary.federation.plan.OptimizerName;
import io.tributary.federation.plan.OptimizerPlan;
import io.tributary.training.model.Trainable;
import io.tributary.training.model.WrittenTensors;
import io.tributary.training.torch.TorchRuntime;
import io.tributary.training.torch.TorchScope;
import io.tributary.training.worker.GroupFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Quadratic losses 1/2 h (y - o)², whose steps can be computed by hand. */
class LocalAlgorithmTest {
  private static final int SIZE = 12;
  private static final int CLIENTS = 5;
  private static final int STEPS = 4;
  private static final float RATE = 0.05f;
  private static final double CLOSE = 2e-6;

  /** Two tensors, whose order in memory is not that of the file. */
  private static final Layout LAYOUT =
      Layout.of(
          List.of(
              new TensorSpec("a", DType.F32, List.of(5L)),
              new TensorSpec("b", DType.F32, List.of(7L))));

  @TempDir Path folder;

  private final ByteSource golden;
  private final SafetensorsHeader header;

  LocalAlgorithmTest() throws IOException {
    try (var in =
        LocalAlgorithmTest.class.getResourceAsStream("/golden/fednova-scaffold/case.safetensors")) {
      golden = ByteSource.of(in.readAllBytes());
    }
    header = Safetensors.read(golden);
  }

  private double[] row(String name, int row) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(SIZE * Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    golden.read(header.position(name) + (long) row * SIZE * Double.BYTES, bytes);
    double[] values = new double[SIZE];
    bytes.flip().asDoubleBuffer().get(values);
    return values;
  }

  private int[] picked(int round) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(3 * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    golden.read(header.position("scaffold.picked") + 3L * round * Long.BYTES, bytes);
    return new int[] {(int) bytes.getLong(0), (int) bytes.getLong(8), (int) bytes.getLong(16)};
  }

  private static OptimizerPlan sgd(double momentum) {
    return new OptimizerPlan(
        OptimizerName.SGD, RATE, 0, momentum, 0.9, 0.99, 1e-8, 0, false, AdafactorPlan.USUAL);
  }

  /** Memory in which the second tensor lies before the first. */
  private static Trainable trainable(TorchScope scope, double[] start) {
    var trainable =
        new Trainable(
            scope.floats(SIZE),
            scope.floats(SIZE),
            7,
            List.of(
                new Trainable.Part("b", 0, new long[] {7}),
                new Trainable.Part("a", 7, new long[] {5})));
    put(trainable.values().floats(), start);
    return trainable;
  }

  /** Canonical order is a, b; that of the memory b, a. */
  private static void put(FloatBuffer memory, double[] canonical) {
    for (int i = 0; i < SIZE; i++) {
      memory.put((i + 7) % SIZE, (float) canonical[i]);
    }
  }

  private static double[] values(Trainable trainable) {
    double[] canonical = new double[SIZE];
    for (int i = 0; i < SIZE; i++) {
      canonical[i] = trainable.values().floats().get((i + 7) % SIZE);
    }
    return canonical;
  }

  /** What the loop does of each step, on the gradients of a quadratic. */
  private static void step(
      Trainable trainable, Optimizer optimizer, LocalAlgorithm algorithm, double[] h, double[] o) {
    double[] y = values(trainable);
    double[] gradient = new double[SIZE];
    Arrays.setAll(gradient, i -> h[i] * (y[i] - o[i]));
    put(trainable.gradients().floats(), gradient);
    algorithm.beforeStep(1);
    optimizer.step(RATE, 1);
    algorithm.afterStep(RATE, () -> 1);
  }

  private Path file(String name, double[] values) throws IOException {
    Path file = folder.resolve(name);
    FloatFile.write(
        file,
        LAYOUT,
        (tensor, first, into, count) -> {
          for (int i = 0; i < count; i++) {
            into[i] = (float) values[(tensor.equals("a") ? 0 : 5) + (int) first + i];
          }
        });
    return file;
  }

  private GroupFile delta(Path at, double[] x, double[] y) throws IOException {
    double[] delta = new double[SIZE];
    Arrays.setAll(delta, i -> y[i] - x[i]);
    Files.createDirectories(at);
    Path made = file("delta", delta);
    Path file = Files.move(made, at.resolve("delta.safetensors"));
    return new GroupFile("delta", file, LAYOUT.digest(), "f32", Files.size(file), LAYOUT.digest());
  }

  private static double[] read(Path file) throws IOException {
    float[] values = new float[7];
    double[] all = new double[SIZE];
    try (FloatFile stored = FloatFile.open(Optional.of(file), LAYOUT)) {
      stored.read("a", 0, values, 5);
      for (int i = 0; i < 5; i++) {
        all[i] = values[i];
      }
      stored.read("b", 0, values, 7);
      for (int i = 0; i < 7; i++) {
        all[5 + i] = values[i];
      }
    }
    return all;
  }

  private static void assertClose(double[] expected, double[] actual, double tolerance) {
    for (int i = 0; i < SIZE; i++) {
      assertEquals(expected[i], actual[i], tolerance * (1 + Math.abs(expected[i])), "at " + i);
    }
  }

  @Test
  void fedProx_quadratic_isComputedByHand() throws IOException {
    double mu = 0.7;
    double[] x = row("x0", 0);
    double[] h = row("h", 1);
    double[] o = row("o", 1);
    double[] y = x.clone();
    for (int step = 0; step < STEPS; step++) {
      for (int i = 0; i < SIZE; i++) {
        y[i] -= RATE * (h[i] * (y[i] - o[i]) + mu * (y[i] - x[i]));
      }
    }
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope, x);
      try (Optimizer optimizer = Optimizer.of(sgd(0), scope, trainable);
          var prox = new Proximal(scope, trainable, mu)) {
        for (int step = 0; step < STEPS; step++) {
          step(trainable, optimizer, prox, h, o);
        }
      }
      assertClose(y, values(trainable), CLOSE);
    }
  }

  /** Gradients that wait for a division are pulled as much more. */
  @Test
  void fedProx_summedGradients_pullCountsAsOften() throws IOException {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope, row("x0", 0));
      try (var prox = new Proximal(scope, trainable, 0.5)) {
        trainable.values().floats().put(3, trainable.values().floats().get(3) + 2);
        prox.beforeStep(8);
      }
      float[] gradients = new float[SIZE];
      trainable.gradients().floats().get(gradients);
      float[] expected = new float[SIZE];
      expected[3] = 8;
      assertArrayEquals(expected, gradients, 1e-5f);
    }
  }

  /** More numbers than one piece: every one is pulled, none twice. */
  @Test
  void fedProx_severalPieces_allArePulled() {
    int size = (1 << 18) + 5;
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      var trainable = new Trainable(scope.floats(size), scope.floats(size), size);
      try (var prox = new Proximal(scope, trainable, 3)) {
        FloatBuffer values = trainable.values().floats();
        for (int i = 0; i < size; i++) {
          values.put(i, i);
        }
        prox.beforeStep(1);
        FloatBuffer gradients = trainable.gradients().floats();
        for (int i = 0; i < size; i++) {
          assertEquals(3f * i, gradients.get(i));
        }
      }
    }
  }

  @Test
  void scaffold_threeRounds_areTheGoldenOnes() throws IOException {
    Optional<Path> server = Optional.empty();
    Path[] own = new Path[CLIENTS];
    double[] x = row("x0", 0);
    for (int round = 0; round < 3; round++) {
      for (int client : picked(round)) {
        Path output = folder.resolve("out-" + round + "-" + client);
        double[] change =
            scaffold(x, server, Optional.ofNullable(own[client]), client, round, output);
        double[] before =
            round == 0 ? new double[SIZE] : row("scaffold.ci", CLIENTS * (round - 1) + client);
        double[] after = row("scaffold.ci", CLIENTS * round + client);
        double[] expected = new double[SIZE];
        Arrays.setAll(expected, i -> after[i] - before[i]);
        assertClose(expected, change, 2e-5);
        KeptTensors.Found kept =
            KeptTensors.find(Optional.of(output.resolve("kept")), KeptTensors.ALGORITHM, LAYOUT);
        own[client] = kept.file().orElseThrow();
        assertClose(after, read(own[client]), 2e-5);
      }
      server = Optional.of(file("server-" + round, row("scaffold.c", round)));
      x = row("scaffold.x", round);
    }
  }

  /** One client's round; returns what would travel. */
  private double[] scaffold(
      double[] x, Optional<Path> server, Optional<Path> own, int client, int round, Path output)
      throws IOException {
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope, x);
      try (Optimizer optimizer = Optimizer.of(sgd(0), scope, trainable);
          var drift = new DriftCorrection(scope, trainable, LAYOUT, server, own)) {
        for (int step = 0; step < STEPS; step++) {
          step(trainable, optimizer, drift, row("h", client), row("o", client));
          if (client == picked(round)[0]) {
            double[] y = row("scaffold.round" + round + ".first_client.y", step);
            assertClose(y, values(trainable), CLOSE);
          }
        }
        GroupFile delta = delta(output, x, values(trainable));
        GroupFile control = drift.group(output, delta, STEPS * (double) RATE).orElseThrow();
        drift.keep(output.resolve("kept"), delta);
        assertEquals("control", control.name());
        assertEquals(Files.size(control.file()), control.bytes());
        return read(control.file());
      }
    }
  }

  @Test
  void scaffold_withMomentum_correctsAfterTheStep() throws IOException {
    double[] x = row("scaffold.x", 2);
    Optional<Path> server = Optional.of(file("c", row("scaffold.c", 2)));
    Optional<Path> own = Optional.of(file("ci", row("scaffold.ci", CLIENTS * 2)));
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope, x);
      try (Optimizer optimizer = Optimizer.of(sgd(0.9), scope, trainable);
          var drift = new DriftCorrection(scope, trainable, LAYOUT, server, own)) {
        for (int step = 0; step < STEPS; step++) {
          step(trainable, optimizer, drift, row("h", 0), row("o", 0));
          assertClose(row("scaffold.momentum.client0.y", step), values(trainable), CLOSE);
        }
      }
    }
  }

  @Test
  void scaffold_stepsWithoutARate_leaveTheControls() throws IOException {
    Optional<Path> own = Optional.of(file("ci", row("scaffold.ci", 0)));
    try (TorchScope scope = TorchRuntime.start(1).scope()) {
      Trainable trainable = trainable(scope, row("x0", 0));
      try (var drift = new DriftCorrection(scope, trainable, LAYOUT, Optional.empty(), own)) {
        Path output = folder.resolve("still");
        GroupFile delta = delta(output, row("x0", 0), row("x0", 0));
        Path control = drift.group(output, delta, 0).orElseThrow().file();
        drift.keep(output.resolve("kept"), delta);
        assertArrayEquals(new double[SIZE], read(control));
        Path kept =
            KeptTensors.find(Optional.of(output.resolve("kept")), KeptTensors.ALGORITHM, LAYOUT)
                .file()
                .orElseThrow();
        assertArrayEquals(read(own.get()), read(kept));
      }
    }
  }

  /** Two rounds, the second from what the first kept, against the paper's own formula. */
  @Test
  void fedDyn_twoRounds_areComputedByHand() throws IOException {
    double alpha = 0.3;
    double[] h = row("h", 2);
    double[] o = row("o", 2);
    double[] g = new double[SIZE];
    Optional<Path> kept = Optional.empty();
    for (int round = 0; round < 2; round++) {
      double[] x = row("scaffold.x", round);
      double[] y = x.clone();
      for (int step = 0; step < STEPS; step++) {
        for (int i = 0; i < SIZE; i++) {
          y[i] -= RATE * (h[i] * (y[i] - o[i]) - g[i] + alpha * (y[i] - x[i]));
        }
      }
      for (int i = 0; i < SIZE; i++) {
        g[i] -= alpha * (y[i] - x[i]);
      }
      Path output = folder.resolve("dyn-" + round);
      try (TorchScope scope = TorchRuntime.start(1).scope()) {
        Trainable trainable = trainable(scope, x);
        try (Optimizer optimizer = Optimizer.of(sgd(0), scope, trainable);
            var dyn = new DynamicRegulariser(scope, trainable, LAYOUT, kept, alpha)) {
          for (int step = 0; step < STEPS; step++) {
            step(trainable, optimizer, dyn, h, o);
          }
          assertClose(y, values(trainable), CLOSE);
          GroupFile delta = delta(output, x, values(trainable));
          assertEquals(Optional.empty(), dyn.group(output, delta, 1));
          dyn.keep(output.resolve("kept"), delta);
        }
      }
      kept =
          KeptTensors.find(Optional.of(output.resolve("kept")), KeptTensors.ALGORITHM, LAYOUT)
              .file();
      assertClose(g, read(kept.orElseThrow()), 2e-6);
    }
  }

  @Test
  void find_otherLayoutDecayedOrMissing_saysWhy() throws IOException {
    Path kept = folder.resolve("kept");
    KeptTensors.write(
        kept, KeptTensors.ALGORITHM, LAYOUT, (tensor, first, into, count) -> Arrays.fill(into, 1));
    assertTrue(
        KeptTensors.find(Optional.of(kept), KeptTensors.ALGORITHM, LAYOUT).file().isPresent());
    Layout other = Layout.of(List.of(new TensorSpec("a", DType.F32, List.of(5L))));
    assertDropped("another layout", kept, other);
    Path file = kept.resolve("algorithm.safetensors");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 1] ^= 1;
    Files.write(file, bytes);
    assertDropped("not those that were written", kept, LAYOUT);
    Files.delete(file);
    assertDropped("can't be read", kept, LAYOUT);
    assertEquals(
        new KeptTensors.Found(Optional.empty(), Optional.empty()),
        KeptTensors.find(Optional.empty(), KeptTensors.ALGORITHM, LAYOUT));
  }

  private static void assertDropped(String why, Path kept, Layout layout) {
    KeptTensors.Found found = KeptTensors.find(Optional.of(kept), KeptTensors.ALGORITHM, layout);
    assertEquals(Optional.empty(), found.file());
    assertTrue(found.dropped().orElseThrow().contains(why), found.dropped().orElseThrow());
  }

  @Test
  void open_otherLayout_isCorrupt() throws IOException {
    Path file = folder.resolve("other");
    Layout other = Layout.of(List.of(new TensorSpec("a", DType.F32, List.of(5L))));
    WrittenTensors written =
        FloatFile.write(file, other, (tensor, first, into, count) -> Arrays.fill(into, 1));
    assertEquals(Files.size(file), written.size());
    var refused =
        assertThrows(FederationException.class, () -> FloatFile.open(Optional.of(file), LAYOUT));
    assertEquals(ErrorKind.CORRUPT, refused.kind());
  }
}
