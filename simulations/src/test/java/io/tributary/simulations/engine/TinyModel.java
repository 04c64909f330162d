package io.tributary.simulations.engine;

import io.tributary.aggregation.tensor.DType;
import io.tributary.aggregation.tensor.Layout;
import io.tributary.aggregation.tensor.Safetensors;
import io.tributary.aggregation.tensor.TensorSpec;
import io.tributary.federation.seed.RandomStreams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;

/** A perceptron of 8 hidden units and two classes as a Hugging Face folder. */
final class TinyModel {
  private static final long HIDDEN = 8;

  private TinyModel() {}

  static Path write(Path folder, long features) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("config.json"),
        "{\"model_type\":\"mlp\",\"in_features\":"
            + features
            + ",\"hidden\":["
            + HIDDEN
            + "],\"out_features\":2,\"activation\":\"relu\",\"naming\":\"torch.nn.Sequential\"}");
    Layout layout =
        Layout.of(
            List.of(
                new TensorSpec("0.weight", DType.F32, List.of(HIDDEN, features)),
                new TensorSpec("0.bias", DType.F32, List.of(HIDDEN)),
                new TensorSpec("2.weight", DType.F32, List.of(2L, HIDDEN)),
                new TensorSpec("2.bias", DType.F32, List.of(2L))));
    var bytes = new ByteArrayOutputStream();
    bytes.write(Safetensors.canonicalHeader(layout));
    RandomGenerator random = new RandomStreams(5).stream(0, "", "weights");
    ByteBuffer values =
        ByteBuffer.allocate((int) layout.dataBytes()).order(ByteOrder.LITTLE_ENDIAN);
    while (values.hasRemaining()) {
      values.putFloat((float) random.nextGaussian() * 0.3f);
    }
    bytes.write(values.array());
    Files.write(folder.resolve("model.safetensors"), bytes.toByteArray());
    return folder;
  }
}
