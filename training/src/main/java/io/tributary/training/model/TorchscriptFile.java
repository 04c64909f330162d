package io.tributary.training.model;

/** The file of a model's folder that is code: it runs only where its digest is named. */
public final class TorchscriptFile {
  /** The one name under which a TorchScript file is looked for. */
  public static final String NAME = "model.pt";

  private TorchscriptFile() {}
}
