package io.tributary.training.model.gpt2;

import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveModel.Dropout;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.PaddedTexts;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.util.ArrayList;
import java.util.List;

/**
 * Batches of GPT-2. Padding stands behind the texts, where no token of a text attends to it, so
 * that there is no mask. A classifier looks at the right-most token that is not the padding token,
 * as transformers does.
 */
record Gpt2Form(Gpt2Architecture shape, Gpt2Dropout rates) implements SegmentedModel.Form {
  @Override
  public SegmentedModel.Batch batch(
      TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples) {
    TokenInputs texts = PaddedTexts.texts(inputs, shape);
    if (texts.masked()) {
      throw LiveModel.wrongInputs("a model that attends to every token before a token");
    }
    PaddedTexts padded = PaddedTexts.of(scope, parameters, texts, examples, shape.pad());
    long[] sizes = {
      padded.rows(),
      padded.length(),
      shape.heads(),
      shape.activation().code(),
      shape.tiedHead() ? 0 : 1,
      rates.attention() > 0 ? 1 : 0,
      shape.layers()
    };
    List<Tensor> rows =
        shape.generates()
            ? List.of()
            : List.of(padded.lastSeen(scope, texts, examples, shape.padding()));
    return new SegmentedModel.Batch(
        List.of(padded.ids()), sizes, padded.length(), rows, dropout(padded));
  }

  private List<Dropout> dropout(PaddedTexts padded) {
    long states = (long) padded.tokens() * shape.hidden();
    long squares = (long) padded.tokens() * padded.length() * shape.heads();
    List<Dropout> runs = new ArrayList<>();
    runs.add(new Dropout(states, rates.embeddings()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      if (rates.attention() > 0) {
        runs.add(new Dropout(squares, rates.attention()));
      }
      runs.add(new Dropout(2 * states, rates.residual()));
    }
    return runs;
  }

  @Override
  public double[] numbers() {
    return new double[] {shape.epsilon(), shape.scale(), shape.inverse() ? 1 : 0};
  }
}
