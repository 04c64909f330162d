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
   * The pixels of a batch, of shape (examples, channels, height, width). Inputs of another kind,
   * size or number of channels than the model takes are refused.
   */
  public static Tensor of(
      TorchScope scope, Inputs inputs, int[] examples, Architecture architecture) {
    ImageInputs images = checked(inputs, architecture);
    int channels = images.channels();
    return filled(
        scope.floats(examples.length, channels, images.height(), images.width()), images, examples);
  }

  /** The same as one row of numbers for each example. */
  public static Tensor rows(
      TorchScope scope, Inputs inputs, int[] examples, Architecture architecture) {
    ImageInputs images = checked(inputs, architecture);
    long width = (long) images.channels() * images.height() * images.width();
    return filled(scope.floats(examples.length, width), images, examples);
  }

  private static Tensor filled(Tensor pixels, ImageInputs images, int[] examples) {
    FloatBuffer into = pixels.floats();
    for (int example : examples) {
      images.pixels().read(example, into);
    }
    return pixels;
  }

  private static ImageInputs checked(Inputs inputs, Architecture architecture) {
    PictureShape wanted = architecture.pictures().orElseThrow();
    if (!(inputs instanceof ImageInputs images)) {
      throw LiveModel.wrongInputs("a model of the family " + architecture.family());
    }
    if (images.channels() != wanted.channels()) {
      throw refusal(
          images.channels() + " channels",
          wanted.channels() + ", the num_channels of the model",
          "Set do_convert_rgb in preprocessor_config.json, or choose another base model.");
    }
    if (wanted.isFixed()
        && (images.height() != wanted.height() || images.width() != wanted.width())) {
      throw refusal(
          images.height() + " x " + images.width(),
          wanted.height() + " x " + wanted.width() + ", the image_size of the model",
          "Give this size in preprocessor_config.json.");
    }
    return images;
  }

  private static FederationException refusal(String found, String rule, String advice) {
    return FederationException.of(ErrorKind.INVALID_DATA, "pictures", found, rule, advice);
  }
}
