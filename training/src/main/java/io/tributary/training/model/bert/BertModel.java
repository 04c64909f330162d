package io.tributary.training.model.bert;

import io.tributary.federation.plan.Precision;
import io.tributary.training.model.BatchTargets;
import io.tributary.training.model.DropoutMasks;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.PackedTexts;
import io.tributary.training.model.PaddedTexts;
import io.tributary.training.model.TokenInputs;
import io.tributary.training.torch.ScalarType;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** BERT live: whole forward and backward pass as one function of the script. */
final class BertModel extends LiveModel {
  private final BertArchitecture architecture;
  private final BertShape shape;
  private final BertDropout rates;
  private Precision precision = Precision.F32;
  private @Nullable Tensor lastIds;

  /** A batch in the form of the script. */
  private record Batch(
      PackedTexts texts,
      TensorList types,
      TensorList positions,
      TensorList places,
      TensorList hidden) {}

  BertModel(
      BertArchitecture architecture,
      TorchScope scope,
      LiveParameters parameters,
      BertDropout rates) {
    super(scope, parameters, architecture.head());
    this.architecture = architecture;
    this.shape = architecture.shape();
    this.rates = rates;
  }

  @Override
  public void precision(Precision wanted) {
    precision = wanted;
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    Tensor previous = lastIds;
    TorchScope before = scope().child();
    TensorList touched = previous == null ? noTensors() : before.list(List.of(previous));
    TorchScope scope = scope().child();
    try {
      Batch batch = batch(scope, inputs, examples);
      lastIds = batch.texts.ids();
      int[] starts = batch.texts.starts();
      BatchTargets targets = BatchTargets.of(scope, head(), inputs, examples, i -> starts[i]);
      return scope.number(
          "bert_gradients",
          values(),
          gradientList(),
          batch.texts.ids(),
          batch.types,
          batch.positions,
          batch.texts.firsts(),
          batch.places,
          batch.hidden,
          scope.list(targets.rows()),
          targets.target(),
          loss().weights(),
          loss().kind(),
          scope.list(masks(scope, dropout(batch.texts), masks)),
          sizes(batch, backward()),
          shape.epsilon(),
          touched,
          adapterIntegers(masks),
          adapterNumbers());
    } finally {
      before.close();
      keep(scope);
    }
  }

  @Override
  protected Tensor scores(TorchScope into, Inputs inputs, int[] examples) {
    try (TorchScope scope = scope().child()) {
      Batch batch = batch(scope, inputs, examples);
      return into.call(
          "bert_logits",
          values(),
          batch.texts.ids(),
          batch.types,
          batch.positions,
          batch.texts.firsts(),
          batch.places,
          batch.hidden,
          noTensors(),
          sizes(batch),
          shape.epsilon(),
          adapterIntegers(DropoutMasks.NONE),
          adapterNumbers());
    }
  }

  private Batch batch(TorchScope scope, Inputs inputs, int[] examples) {
    TokenInputs texts = PaddedTexts.texts(inputs, architecture);
    PackedTexts packed = PackedTexts.of(scope, parameters(), texts, examples);
    boolean counted = shape.offset() != 0 || !packed.places().isEmpty();
    return new Batch(
        packed,
        shape.types() == 0 ? noTensors() : one(scope, types(scope, packed, texts, examples)),
        counted ? one(scope, positions(scope, packed, texts, examples)) : noTensors(),
        scope.list(packed.places()),
        scope.list(packed.hidden()));
  }

  private static TensorList one(TorchScope scope, Tensor tensor) {
    return scope.list(List.of(tensor));
  }

  /** A one in each token's row at its type. */
  private Tensor types(TorchScope scope, PackedTexts packed, TokenInputs texts, int[] examples) {
    Tensor types = scope.floats(packed.tokens(), shape.types());
    FloatBuffer into = types.floats();
    int at = 0;
    for (int example : examples) {
      for (int i = 0; i < texts.length(example); i++) {
        into.put(at * shape.types() + texts.type(example, i), 1);
        at++;
      }
    }
    return types;
  }

  /**
   * Positions within each text; where a family begins them beyond the padding's id (RoBERTa), they
   * count the tokens that are not padding, and padding has the position of its id.
   */
  private Tensor positions(
      TorchScope scope, PackedTexts packed, TokenInputs texts, int[] examples) {
    Tensor positions = scope.longs(packed.tokens());
    LongBuffer into = positions.longs();
    for (int example : examples) {
      int next = shape.offset();
      for (int token : texts.ids(example)) {
        boolean counts = shape.offset() == 0 || token != shape.pad();
        into.put(counts ? next++ : shape.pad());
      }
    }
    return positions;
  }

  /** Embeddings; per layer attention, attention output, output; the head. */
  private List<Dropout> dropout(PackedTexts texts) {
    long states = (long) texts.tokens() * shape.hidden();
    long squares = (long) texts.padded() * texts.length() * shape.heads();
    List<Dropout> runs = new ArrayList<>();
    runs.add(new Dropout(states, rates.states()));
    for (int layer = 0; layer < shape.layers(); layer++) {
      runs.add(new Dropout(squares, rates.attention()));
      runs.add(new Dropout(2 * states, rates.states()));
    }
    long rows = architecture.kind() == BertHead.TOKENS ? texts.tokens() : texts.texts();
    runs.add(new Dropout(architecture.kind().masks() * rows * shape.hidden(), rates.head()));
    return runs;
  }

  private long padRow() {
    return parameters().rows().row(shape.pad());
  }

  /** What a backward pass needs to know beside {@link #sizes}. */
  private long[] backward() {
    return new long[] {
      parameters().lowest(),
      padRow(),
      shape.offset() == 0 ? -1 : shape.pad(),
      ScalarType.of(precision)
    };
  }

  private long[] sizes(Batch batch, long... more) {
    long[] sizes = {
      batch.texts.texts(),
      batch.texts.length(),
      shape.heads(),
      shape.layers(),
      architecture.kind().code(),
      shape.activation().code()
    };
    long[] all = Arrays.copyOf(sizes, sizes.length + more.length);
    System.arraycopy(more, 0, all, sizes.length, more.length);
    return all;
  }
}
