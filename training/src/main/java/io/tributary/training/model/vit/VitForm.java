package io.tributary.training.model.vit;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.ImageInputs;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel.Dropout;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** Batches of the Vision Transformer; the head sees the class token, which stands first. */
record VitForm(VitArchitecture model, VitDropout rates) implements SegmentedModel.Form {
  @Override
  public SegmentedModel.Batch batch(
      TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples) {
    VitShape shape = model.shape();
    check(shape, ImageBatch.images(inputs, model));
    Tensor pixels = ImageBatch.of(scope, inputs, examples, model, shape.channels());
    int tokens = shape.patches() + 1;
    long[] sizes = {
      examples.length,
      tokens,
      shape.heads(),
      shape.activation().code(),
      shape.biased() ? 1 : 0,
      rates.attention() > 0 ? 1 : 0,
      shape.layers()
    };
    Tensor first = scope.longs(examples.length);
    LongBuffer into = first.longs();
    for (int i = 0; i < examples.length; i++) {
      into.put((long) i * tokens);
    }
    return new SegmentedModel.Batch(
        List.of(pixels), sizes, 1, List.of(first), dropout((long) examples.length * tokens));
  }

  private static void check(VitShape shape, ImageInputs images) {
    if (images.height() != shape.height() || images.width() != shape.width()) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "pictures",
          images.height() + " x " + images.width(),
          shape.height() + " x " + shape.width() + ", the image_size of the model",
          "Give this size in preprocessor_config.json.");
    }
  }

  private List<Dropout> dropout(long tokens) {
    VitShape shape = model.shape();
    long states = tokens * shape.hidden();
    long squares = tokens * (shape.patches() + 1) * shape.heads();
    List<Dropout> runs = new ArrayList<>();
    runs.add(new Dropout(states, rates.hidden()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      if (rates.attention() > 0) {
        runs.add(new Dropout(squares, rates.attention()));
      }
      runs.add(new Dropout(2 * states, rates.hidden()));
    }
    return runs;
  }

  @Override
  public double[] numbers() {
    int width = model.shape().hidden() / model.shape().heads();
    return new double[] {model.shape().epsilon(), Math.pow(width, -0.5)};
  }
}
