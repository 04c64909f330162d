package io.tributary.training.model;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.plan.AugmentationPlan;
import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.FeatureShift;
import io.tributary.training.data.ImageAugmentation;
import io.tributary.training.data.ImagePreprocessing;
import io.tributary.training.data.ImagePreprocessing.Resize;
import io.tributary.training.data.ImagePreprocessing.Size;
import io.tributary.training.data.Input;
import io.tributary.training.data.Pixels;
import io.tributary.training.data.Resampling;
import io.tributary.training.data.SampleTable;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Turns pictures into what models take, as {@code preprocessor_config.json} beside the base says.
 * Without that file: samples from 0 to 1, in colour where the model takes three channels, scaled to
 * the model's size where it takes one size only.
 */
final class ImageEncoding implements PartEncoding {
  /** Bytes of shaped pictures that are held; others are decoded again whenever a batch has them. */
  private static final long MOST_HELD = 256L << 20;

  private final ImagePreprocessing preprocessing;
  private final Head head;
  private final String family;
  private final long mostHeld;

  ImageEncoding(ImagePreprocessing preprocessing, Head head, String family, long mostHeld) {
    this.preprocessing = requireNonNull(preprocessing, "preprocessing");
    this.head = requireNonNull(head, "head");
    this.family = requireNonNull(family, "family");
    this.mostHeld = mostHeld;
  }

  /** The encoding of a base model's folder. */
  static ImageEncoding open(BaseModel base, Head head) {
    PictureShape shape =
        base.pictures()
            .orElseThrow(() -> LiveModel.wrongInputs("a model of the family " + base.family()));
    Path file = base.folder().resolve("preprocessor_config.json");
    return new ImageEncoding(
        Files.exists(file) ? read(file) : usual(shape), head, base.family(), MOST_HELD);
  }

  private static ImagePreprocessing read(Path file) {
    try {
      return ImagePreprocessing.parse(JsonReader.read(Files.readAllBytes(file)));
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.NOT_FOUND, file + ": not readable (expected: a file). Restore it.", e);
    } catch (FederationException e) {
      throw new FederationException(e.kind(), file + ": " + e.sentence(), e);
    }
  }

  private static ImagePreprocessing usual(PictureShape shape) {
    Optional<Resize> resize =
        shape.isFixed()
            ? Optional.of(
                new Resize(new Size(shape.height(), shape.width()), false, Resampling.BILINEAR))
            : Optional.empty();
    return new ImagePreprocessing(
        shape.channels() == 3, resize, Optional.empty(), 1 / 255.0, List.of(0f), List.of(1f));
  }

  /** The pictures of a part; examples of another kind are refused. The first one is decoded. */
  @Override
  public Inputs encode(ExamplePart part) {
    return encode(part, UnaryOperator.identity());
  }

  /**
   * The pictures of a part, each changed whenever a batch has it.
   *
   * @param random drawn from in the order of the batches
   */
  @Override
  public Inputs encode(ExamplePart part, AugmentationPlan plan, RandomGenerator random) {
    if (plan.equals(AugmentationPlan.NONE)) {
      return encode(part);
    }
    var augmentation =
        new ImageAugmentation(
            plan.padding(), plan.mirror(), plan.brightness(), plan.contrast(), plan.saturation());
    return encode(part, picture -> augmentation.apply(picture, random));
  }

  private Inputs encode(ExamplePart part, UnaryOperator<Pixels> change) {
    FeatureShift shift = shift(part);
    Targets targets = EncodedTargets.of(part, head);
    if (part.isEmpty()) {
      return new ImageInputs(1, 1, 1, (example, into) -> {}, targets);
    }
    var shaped = new ShapedPictures(part, change, preprocessing.samples(shift));
    Pixels first = shaped.get(0);
    return new ImageInputs(first.channels(), first.height(), first.width(), shaped, targets);
  }

  /** The shift of a part's pictures, which is one; other examples are refused. */
  private FeatureShift shift(ExamplePart part) {
    FeatureShift shift = FeatureShift.NONE;
    boolean first = true;
    for (Example example : part.examples()) {
      if (!(example.input() instanceof Input.Image image)) {
        throw LiveModel.wrongInputs("a model of the family " + family);
      }
      if (!first && !image.shift().equals(shift)) {
        throw new IllegalArgumentException("pictures of several shifts in one part");
      }
      shift = image.shift();
      first = false;
    }
    return shift;
  }

  /** Decoded and shaped once where memory allows it. Belongs to one thread. */
  private final class ShapedPictures implements ImageInputs.Pixels {
    private final ExamplePart part;
    private final UnaryOperator<Pixels> change;
    private final SampleTable samples;
    private final @Nullable Pixels[] held;
    private final Pixels first;
    private long heldBytes;

    ShapedPictures(ExamplePart part, UnaryOperator<Pixels> change, SampleTable samples) {
      this.part = part;
      this.change = change;
      this.samples = samples;
      held = new Pixels[part.size()];
      first = shaped(0);
    }

    @Override
    public void read(int example, FloatBuffer into) {
      Pixels picture = get(example);
      if (picture.width() != first.width()
          || picture.height() != first.height()
          || picture.channels() != first.channels()) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            "pictures",
            size(picture) + " and " + size(first),
            "one size and number of channels",
            "Set do_resize and size, or do_convert_rgb, in preprocessor_config.json.");
      }
      samples.put(change.apply(picture), into);
    }

    private static String size(Pixels picture) {
      return picture.height() + " x " + picture.width() + " x " + picture.channels();
    }

    Pixels get(int example) {
      @Nullable Pixels known = held[example];
      if (known != null) {
        return known;
      }
      Pixels picture = shaped(example);
      if (heldBytes + picture.values().length <= mostHeld) {
        heldBytes += picture.values().length;
        held[example] = picture;
      }
      return picture;
    }

    private Pixels shaped(int example) {
      var image = (Input.Image) part.get(example).input();
      return preprocessing.shaped(image.picture().pixels());
    }
  }
}
