package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.DatasetSpec;
import java.util.List;

/**
 * Data that a program has in hand: their card, and the specification that its own worker
 * understands. They never change.
 */
public record GivenData(DatasetSpec spec, DatasetCard card) implements NodeData {
  public GivenData {
    requireNonNull(spec, "spec");
    requireNonNull(card, "card");
  }

  @Override
  public DatasetCard card(List<String> labels) {
    for (String label : card.labels()) {
      if (!labels.contains(label)) {
        throw FederationException.of(
            ErrorKind.INVALID_DATA,
            "label",
            label,
            "one of " + String.join(", ", labels),
            "Map it in data.train.labels.");
      }
    }
    return new DatasetCard(
        labels, card.train(), card.validation(), card.perLabel(), card.cleaning(), card.content());
  }

  @Override
  public boolean changed() {
    return false;
  }
}
