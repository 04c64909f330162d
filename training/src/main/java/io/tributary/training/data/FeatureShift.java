package io.tributary.training.data;

/**
 * Covariate shift: features that are multiplied and moved, as where a site prepares its data
 * otherwise than those who judge the model. Pictures are shifted on the scale from 0 to 1, before
 * they are normalised, and not cut there.
 *
 * @param scale that features are multiplied by, not 0
 * @param offset that is added then
 */
public record FeatureShift(double scale, double offset) {
  /** Features as they are. */
  public static final FeatureShift NONE = new FeatureShift(1, 0);

  public FeatureShift {
    if (!Double.isFinite(scale) || scale == 0 || !Double.isFinite(offset)) {
      throw new IllegalArgumentException("scale " + scale + ", offset " + offset);
    }
  }

  /** One feature, shifted. */
  double apply(double feature) {
    return feature * scale + offset;
  }

  /** Examples with shifted features; the originals are not changed. */
  public Examples of(Examples examples) {
    return equals(NONE)
        ? examples
        : new Examples(of(examples.train()), of(examples.validation()), examples.card());
  }

  private ExamplePart of(ExamplePart part) {
    return part.isEmpty() ? part : new ExamplePart(LazyExamples.changed(part.examples(), this::of));
  }

  private Example of(Example example) {
    return Features.changed(
        example, "shift", this::apply, image -> new Input.Image(image.picture(), this));
  }
}
