package io.tributary.training.model;

import io.tributary.training.data.Example;
import io.tributary.training.data.ExamplePart;
import io.tributary.training.data.Input;
import java.util.List;

/** Turns rows of tables into what models take: numbers as they are, categories by position. */
record RowEncoding(Head head, String family) implements PartEncoding {
  @Override
  public Inputs encode(ExamplePart part) {
    if (part.inFile()) {
      boolean some = !part.isEmpty() && row(part.get(0)).categories().length > 0;
      return new RowInputs(example -> row(part.get(example)), some, EncodedTargets.of(part, head));
    }
    List<Input.Row> rows = part.examples().stream().map(this::row).toList();
    boolean categories = rows.stream().anyMatch(row -> row.categories().length > 0);
    return new RowInputs(rows::get, categories, EncodedTargets.of(part, head));
  }

  private Input.Row row(Example example) {
    if (example.input() instanceof Input.Row row) {
      return row;
    }
    throw LiveModel.wrongInputs("a model of the family " + family);
  }
}
