package io.tributary.training.worker;

import io.tributary.aggregation.tensor.ByteSink;
import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.AssignmentId;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetSpec;
import io.tributary.training.data.Input;
import io.tributary.training.data.SourceFormat;
import io.tributary.training.data.SourceSpec;
import io.tributary.training.data.ValidationSpec;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.CheckpointZero;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** A folder with a tiny model, its first checkpoint and data that it can learn. */
record SmallWorld(Path folder) {
  private static final int ROWS = 200;

  static SmallWorld in(Path folder) throws IOException {
    var world = new SmallWorld(folder);
    Files.createDirectories(folder.resolve("base"));
    Files.createDirectories(folder.resolve("out"));
    world.writeBase();
    world.writeRows("rows.csv", ROWS);
    try (FileChannel out =
        FileChannel.open(
            world.trained(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      CheckpointZero.write(BaseModel.open(world.base()), plan(1, 1), ByteSink.of(out));
    }
    return world;
  }

  Path base() {
    return folder.resolve("base");
  }

  Path trained() {
    return folder.resolve("trained.safetensors");
  }

  static Plan plan(int epochs, int threads) {
    return Plan.parse(
        """
        {"name":"small","seed":3,
         "model":{"base":"base","task":"tabular-classification","labels":["low","high"]},
         "train":{"epochs":%d,"batch-size":8,"threads":%d,
                  "optimizer":{"name":"adamw","learning-rate":0.01}},
         "federation":{"rounds":2}}
        """
            .formatted(epochs, threads));
  }

  DatasetSpec data(String file) {
    var source =
        new SourceSpec(
            SourceFormat.CSV,
            folder.resolve(file),
            Optional.empty(),
            List.of("a", "b"),
            "label",
            new TreeMap<>(),
            ',');
    return DatasetSpec.ofTraining(source).withValidation(ValidationSpec.ofShare(0.2));
  }

  TrainOrder train(int epochs) {
    return train(epochs, 1, "rows.csv");
  }

  TrainOrder train(int epochs, int threads, String file) {
    return new TrainOrder(
        AssignmentId.parse("small-1/1/1/site-a"),
        plan(epochs, threads),
        base(),
        trained(),
        data(file),
        0,
        folder.resolve("out"),
        "cpu");
  }

  EvaluateOrder evaluate() {
    return new EvaluateOrder(plan(1, 1), base(), trained(), data("rows.csv"), "cpu");
  }

  PredictOrder predict() {
    List<Input> rows = List.of(row(0.9f, 0.9f), row(-0.9f, -0.9f));
    return new PredictOrder(plan(1, 1), base(), trained(), rows, 2, "cpu", Optional.empty());
  }

  private static Input row(float... numbers) {
    return new Input.Row(numbers, new int[0]);
  }

  void writeRows(String name, int count) throws IOException {
    var random = new SplittableRandom(5);
    var rows = new StringBuilder("a,b,label\n");
    for (int i = 0; i < count; i++) {
      double a = random.nextInt(-1000, 1001) / 1000.0;
      double b = random.nextInt(-1000, 1001) / 1000.0;
      rows.append(a).append(',').append(b).append(a + b > 0 ? ",high\n" : ",low\n");
    }
    Files.writeString(folder.resolve(name), rows);
  }

  private void writeBase() throws IOException {
    Files.writeString(
        base().resolve("config.json"),
        "{\"model_type\":\"mlp\",\"in_features\":2,\"hidden\":[8],\"out_features\":2,"
            + "\"activation\":\"relu\"}");
    Layout layout =
        Layout.of(
            List.of(
                new TensorSpec("0.weight", DType.F32, List.of(8L, 2L)),
                new TensorSpec("0.bias", DType.F32, List.of(8L)),
                new TensorSpec("2.weight", DType.F32, List.of(2L, 8L)),
                new TensorSpec("2.bias", DType.F32, List.of(2L))));
    var random = new SplittableRandom(9);
    ByteBuffer data = ByteBuffer.allocate((int) layout.dataBytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (data.hasRemaining()) {
      data.putFloat((float) (random.nextDouble() - 0.5));
    }
    try (FileChannel out =
        FileChannel.open(
            base().resolve("model.safetensors"),
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE)) {
      out.write(ByteBuffer.wrap(Safetensors.canonicalHeader(layout)));
      out.write(data.flip());
    }
  }
}
