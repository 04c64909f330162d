package io.tributary.training.data;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.json.JsonValue;
import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How a picture becomes what a model takes; the keys and steps of transformers' {@code
 * preprocessor_config.json}: to colour, resize, centre crop, rescale, normalise, channels first.
 *
 * @param colour whether grey pictures become three channels, as {@code do_convert_rgb}; else a
 *     picture keeps the channels it has
 * @param resize empty: the picture keeps its size
 * @param crop height and width of the crop at the centre; empty: none. What a smaller picture lacks
 *     is 0
 * @param scale what samples of 0 to 255 are multiplied by
 * @param mean taken off each channel afterwards; one value for all, or one for each
 * @param deviation that is divided by then
 */
public record ImagePreprocessing(
    boolean colour,
    Optional<Resize> resize,
    Optional<Size> crop,
    double scale,
    List<Float> mean,
    List<Float> deviation) {
  private static final int LARGEST = 1 << 13;

  public ImagePreprocessing {
    mean = List.copyOf(mean);
    deviation = List.copyOf(deviation);
    if (mean.size() != deviation.size()
        || !List.of(1, 3).contains(mean.size())
        || deviation.stream().anyMatch(d -> !(d > 0))
        || mean.stream().anyMatch(m -> !Float.isFinite(m))) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "preprocessor_config.json: image_mean and image_std",
          mean.size() + " and " + deviation.size() + " values",
          "1 or 3 numbers in both, those of image_std above 0",
          "Correct the file.");
    }
  }

  /** In pixels. */
  public record Size(int height, int width) {}

  /**
   * A new size.
   *
   * @param shortest whether the shorter side gets {@code size.width} and the other follows
   */
  public record Resize(Size size, boolean shortest, Resampling resampling) {
    Pixels apply(Pixels picture) {
      if (!shortest) {
        return resampling.scale(picture, size.width(), size.height());
      }
      int width = picture.width();
      int height = picture.height();
      int other = (int) ((double) size.width() * Math.max(width, height) / Math.min(width, height));
      return width <= height
          ? resampling.scale(picture, size.width(), other)
          : resampling.scale(picture, other, size.width());
    }
  }

  /** Samples from 0 to 1 of pictures as they are. */
  public static ImagePreprocessing plain() {
    return new ImagePreprocessing(
        false, Optional.empty(), Optional.empty(), 1 / 255.0, List.of(0f), List.of(1f));
  }

  /** Reads the keys of {@code preprocessor_config.json}; others are left alone. */
  public static ImagePreprocessing parse(JsonValue json) {
    Settings settings = Settings.of("preprocessor_config.json", json);
    boolean normalize = settings.flag("do_normalize", true);
    return new ImagePreprocessing(
        settings.flag("do_convert_rgb", true),
        settings.flag("do_resize", true) ? Optional.of(resize(settings)) : Optional.empty(),
        settings.flag("do_center_crop", false)
            ? Optional.of(size(settings, "crop_size"))
            : Optional.empty(),
        settings.flag("do_rescale", true)
            ? settings.number("rescale_factor", 1 / 255.0, 0, 1e6)
            : 1,
        normalize ? floats(settings, "image_mean", "0.5") : List.of(0f),
        normalize ? floats(settings, "image_std", "0.5") : List.of(1f));
  }

  private static Resize resize(Settings settings) {
    int code = (int) settings.integer("resample", Resampling.BILINEAR.code(), 0, 5);
    Resampling resampling =
        Arrays.stream(Resampling.values())
            .filter(one -> one.code() == code)
            .findFirst()
            .orElseThrow(
                () ->
                    settings.refusal("resample", code, "0 (nearest), 2 (bilinear) or 3 (bicubic)"));
    boolean shortest =
        settings.holdsObject("size") && settings.names("size").contains("shortest_edge");
    return new Resize(size(settings, "size"), shortest, resampling);
  }

  private static Size size(Settings settings, String key) {
    if (!settings.holdsObject(key)) {
      int side = (int) settings.integer(key, 224, 1, LARGEST);
      return new Size(side, side);
    }
    Settings size = settings.section(key);
    if (size.has("shortest_edge")) {
      int side = (int) size.integer("shortest_edge", 1, LARGEST);
      return new Size(side, side);
    }
    return new Size(
        (int) size.integer("height", 1, LARGEST), (int) size.integer("width", 1, LARGEST));
  }

  private static List<Float> floats(Settings settings, String key, String byDefault) {
    return settings.texts(key, List.of(byDefault)).stream()
        .map(
            text -> {
              try {
                return Float.parseFloat(text);
              } catch (NumberFormatException e) {
                throw settings.refusal(key, "no number", "numbers");
              }
            })
        .toList();
  }

  /** The picture in its size and colours, still in bytes: what is augmented. */
  public Pixels shaped(Pixels picture) {
    Pixels coloured = colour ? picture.toColour() : picture;
    Pixels resized = resize.map(to -> to.apply(coloured)).orElse(coloured);
    return crop.map(size -> cropped(resized, size)).orElse(resized);
  }

  /** As transformers does it: odd rests to the right of a crop and to the left of padding. */
  private static Pixels cropped(Pixels picture, Size size) {
    return picture.window(
        start(picture.width(), size.width()),
        start(picture.height(), size.height()),
        size.width(),
        size.height());
  }

  private static int start(int whole, int part) {
    return whole >= part ? (whole - part) / 2 : -((part - whole + 1) / 2);
  }

  /** How samples of shaped pictures become values. */
  public SampleTable samples() {
    return samples(FeatureShift.NONE);
  }

  /** The same, of pictures that are shifted. */
  public SampleTable samples(FeatureShift shift) {
    return new SampleTable(scale, mean, deviation, shift);
  }

  /** The values of a shaped picture, of shape (channels, height, width). */
  public float[] values(Pixels shaped) {
    return samples().values(shaped);
  }

  /** Shaped, then its values. */
  public float[] apply(Pixels picture) {
    return values(shaped(picture));
  }
}
