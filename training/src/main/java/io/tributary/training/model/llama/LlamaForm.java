package io.tributary.training.model.llama;

import io.tributary.training.model.Inputs;
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
 * Batches of Llama. Padding stands behind the texts, where no token of a text attends to it, so
 * that there is a mask only for texts with tokens that are not seen. A classifier looks at the
 * right-most token that is not the padding token, as transformers does.
 *
 * @param rate of dropout in attention
 */
record LlamaForm(LlamaArchitecture model, double rate) implements SegmentedModel.Form {
  @Override
  public SegmentedModel.Batch batch(
      TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples) {
    TokenInputs texts = PaddedTexts.texts(inputs, model);
    PaddedTexts padded = PaddedTexts.of(scope, parameters, texts, examples, model.pad());
    List<Tensor> tensors = new ArrayList<>(List.of(padded.ids()));
    if (texts.masked()) {
      tensors.add(padded.hidden(scope, texts, examples));
    }
    List<Tensor> rows =
        model.generates()
            ? List.of()
            : List.of(padded.lastSeen(scope, texts, examples, model.padding()));
    return new SegmentedModel.Batch(
        tensors, sizes(padded, padRow(parameters)), padded.length(), rows, dropout(padded));
  }

  /** The padding token's row does not learn from being looked up, wherever it stands. */
  private long padRow(LiveParameters parameters) {
    boolean whole = parameters.tokenTable().isEmpty() || model.padding() < 0;
    return whole ? model.padding() : Math.max(-1, parameters.rows().row(model.padding()));
  }

  private long[] sizes(PaddedTexts padded, long padRow) {
    LlamaShape shape = model.shape();
    List<Long> sizes =
        new ArrayList<>(
            List.of(
                (long) padded.rows(),
                (long) padded.length(),
                (long) shape.heads(),
                (long) shape.groups(),
                (long) shape.width(),
                (long) model.activation().code(),
                flag(!model.tiedHead()),
                flag(rate > 0),
                flag(shape.queryBias()),
                flag(shape.outBias()),
                flag(shape.innerBias()),
                (long) shape.window(),
                padRow));
    shape.windowed().forEach(windowed -> sizes.add(flag(windowed)));
    return sizes.stream().mapToLong(Long::longValue).toArray();
  }

  private static long flag(boolean on) {
    return on ? 1 : 0;
  }

  private List<Dropout> dropout(PaddedTexts padded) {
    LlamaShape shape = model.shape();
    long squares = (long) padded.tokens() * padded.length() * shape.heads();
    List<Dropout> runs = new ArrayList<>();
    for (int layer = 0; rate > 0 && layer < shape.layers(); layer++) {
      runs.add(new Dropout(squares, rate));
    }
    return runs;
  }

  @Override
  public double[] numbers() {
    Rope rope = model.rope();
    return new double[] {
      model.epsilon(),
      Math.pow(model.shape().width(), -0.5),
      rope.theta(),
      rope.kind().code(),
      rope.factor(),
      rope.low(),
      rope.high(),
      rope.original(),
      rope.scale()
    };
  }
}
