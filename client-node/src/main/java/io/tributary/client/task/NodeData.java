package io.tributary.client.task;

import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.DatasetSpec;
import java.util.List;

/** The labelled examples of a site, seen from outside: cards and specification, never examples. */
public interface NodeData {
  /** What the worker reads. */
  DatasetSpec spec();

  /** The card over the labels that occur in the data, in the order of their names. */
  DatasetCard card();

  /**
   * The card over a plan's labels; refused with INVALID_DATA where the data do not fit them.
   *
   * @param labels in the order of the model's outputs
   */
  DatasetCard card(List<String> labels);

  /** Looks again; true where the data are not those of the last {@link #card()}. */
  boolean changed();
}
