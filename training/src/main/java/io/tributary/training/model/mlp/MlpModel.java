package io.tributary.training.model.mlp;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.data.Input;
import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.ImageBatch;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.RowInputs;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.List;

/** A multi-layer perceptron live. */
final class MlpModel extends LiveModel {
  private final MlpArchitecture shape;
  private final double dropout;

  MlpModel(MlpArchitecture shape, TorchScope scope, LiveParameters parameters, double dropout) {
    super(scope, parameters, shape.head());
    this.shape = shape;
    this.dropout = dropout;
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    try (TorchScope batch = scope().child()) {
      List<Object> arguments = new ArrayList<>(List.of(values(), gradientList()));
      arguments.add(features(batch, inputs, examples));
      if (tables() > 0) {
        arguments.add(categories(batch, inputs, examples));
      }
      arguments.add(BatchTargets.of(batch, head(), inputs, examples, 1).target());
      arguments.add(loss().weights());
      arguments.add(loss().kind());
      arguments.add(batch.list(masks(batch, hidden(examples.length), masks)));
      arguments.add((long) parameters().lowest());
      if (tables() > 0) {
        arguments.add(tables());
      }
      String function = tables() > 0 ? "mlp_table_gradients" : "mlp_gradients";
      return batch.number(function, arguments.toArray());
    }
  }

  private long tables() {
    return shape.tables().size();
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    try (TorchScope batch = scope().child()) {
      Tensor features = features(batch, inputs, examples);
      return tables() == 0
          ? into.call("mlp_logits", values(), features)
          : into.call(
              "mlp_table_logits",
              values(),
              features,
              categories(batch, inputs, examples),
              tables());
    }
  }

  private RowInputs rows(Inputs inputs) {
    if (inputs instanceof RowInputs rows) {
      return rows;
    }
    throw wrongInputs("a model of the family " + shape.family());
  }

  /** A row's own numbers; without columns of categories the positions may stand behind them. */
  private Tensor features(TorchScope batch, Inputs inputs, int[] examples) {
    if (shape.pictures().isPresent()) {
      return ImageBatch.rows(batch, inputs, examples, shape);
    }
    RowInputs rows = rows(inputs);
    int wanted = shape.features() + (rows.hasCategories() ? 0 : (int) tables());
    Tensor features = batch.floats(examples.length, shape.features());
    FloatBuffer into = features.floats();
    for (int example : examples) {
      float[] row = rows.row().apply(example).numbers();
      if (row.length != wanted) {
        throw refusal("in_features", row.length + " numbers", "" + wanted);
      }
      into.put(row, 0, shape.features());
    }
    return features;
  }

  /** Rows of the tables; a column with more words than its table has rows is refused. */
  private Tensor categories(TorchScope batch, Inputs inputs, int[] examples) {
    RowInputs rows = rows(inputs);
    Tensor categories = batch.longs(examples.length, tables());
    LongBuffer into = categories.longs();
    for (int example : examples) {
      Input.Row own = rows.row().apply(example);
      int[] row = rows.hasCategories() ? own.categories() : behind(own.numbers());
      if (row.length != tables()) {
        throw refusal("categories", row.length + " columns of categories", "" + tables());
      }
      for (int column = 0; column < row.length; column++) {
        int most = shape.tables().get(column).rows() - 1;
        if (row[column] < 0 || row[column] > most) {
          throw refusal("categories", word(row[column], column), "0 to " + most);
        }
        into.put(row[column]);
      }
    }
    return categories;
  }

  private int[] behind(float[] row) {
    int[] words = new int[row.length - shape.features()];
    for (int column = 0; column < words.length; column++) {
      float word = row[shape.features() + column];
      if (word != Math.rint(word)) {
        throw refusal("categories", word(word, column), "whole numbers");
      }
      words[column] = (int) word;
    }
    return words;
  }

  private static String word(Number position, int column) {
    return "word " + position + " of column " + (column + 1) + " of categories";
  }

  private static FederationException refusal(String key, String found, String rule) {
    return FederationException.of(
        ErrorKind.INVALID_DATA,
        "rows",
        found,
        rule + ", as " + key + " of the model's config.json says",
        "Name other columns, or choose another base model.");
  }

  private List<Dropout> hidden(long rows) {
    return shape.widths().subList(1, shape.layers() + 1).stream()
        .map(width -> new Dropout(rows * width, dropout))
        .toList();
  }
}
