package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;

/** The images of a batch as models take them. */
public final class ImageBatch {
  private ImageBatch() {}

  /**
   * The pixels of a batch, of shape (examples, channels, height, width).
   *
   * @param channels those that the model takes; inputs of other kinds or channels are refused
   */
  public static Tensor of(
      TorchScope scope, Inputs inputs, int[] examples, Architecture architecture, int channels) {
    ImageInputs images = images(inputs, architecture);
    if (images.channels() != channels) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "pictures",
          images.channels() + " channels",
          channels + ", the num_channels of the model",
          "Set do_convert_rgb in preprocessor_config.json, or choose another base model.");
    }
    Tensor pixels = scope.floats(examples.length, channels, images.height(), images.width());
    FloatBuffer into = pixels.floats();
    for (int example : examples) {
      images.pixels().read(example, into);
    }
    return pixels;
  }

  /** The images of inputs; inputs of another kind are refused. */
  public static ImageInputs images(Inputs inputs, Architecture architecture) {
    if (inputs instanceof ImageInputs images) {
      return images;
    }
    throw LiveModel.wrongInputs("a model of the family " + architecture.family());
  }
}
