package io.tributary.training.model;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TensorList;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** BERT live: whole forward and backward pass as one function of the script. */
final class BertClassifier extends Classifier {
  /** What transformers adds to the scores of padding: the least float32. */
  private static final float HIDDEN = -Float.MAX_VALUE;

  private final BertArchitecture shape;
  private final double hiddenDropout;
  private final double attentionDropout;
  private final double classifierDropout;
  private @Nullable Tensor lastIds;

  /** A batch in the form of the script. */
  private record Batch(
      TorchScope scope, int rows, int length, Tensor ids, Tensor types, TensorList hidden) {}

  BertClassifier(
      BertArchitecture shape, TorchScope scope, LiveParameters parameters, OptionalDouble dropout) {
    super(scope, parameters);
    this.shape = shape;
    hiddenDropout = dropout.orElse(shape.hiddenDropout());
    attentionDropout = dropout.orElse(shape.attentionDropout());
    classifierDropout = dropout.orElse(shape.classifierDropout());
  }

  @Override
  public double gradients(Inputs inputs, int[] examples, DropoutMasks masks) {
    Tensor previous = lastIds;
    TorchScope before = scope().child();
    TensorList touched = previous == null ? noTensors() : before.list(List.of(previous));
    Batch batch = batch(scope().child(), inputs, examples);
    try {
      lastIds = batch.ids;
      return batch.scope.number(
          "bert_gradients",
          values(),
          gradientList(),
          batch.ids,
          batch.types,
          batch.hidden,
          labels(batch.scope, inputs, examples),
          masks(batch, masks),
          sizes(batch, parameters().lowest(), padRow()),
          shape.epsilon(),
          touched);
    } finally {
      before.close();
      keep(batch.scope);
    }
  }

  @Override
  public float[] logits(Inputs inputs, int[] examples) {
    try (TorchScope scope = scope().child()) {
      Batch batch = batch(scope, inputs, examples);
      return copy(
          scope.call(
              "bert_logits",
              values(),
              batch.ids,
              batch.types,
              batch.hidden,
              sizes(batch),
              shape.epsilon()));
    }
  }

  private Batch batch(TorchScope scope, Inputs inputs, int[] examples) {
    if (!(inputs instanceof TokenInputs texts)) {
      throw wrongInputs(shape.family());
    }
    int length = Arrays.stream(examples).map(texts::length).max().orElse(1);
    boolean padded = Arrays.stream(examples).anyMatch(e -> texts.length(e) < length);
    int tokens = examples.length * length;
    Tensor ids = scope.longs(tokens);
    Tensor types = scope.floats(tokens, shape.types());
    LongBuffer idsInto = ids.longs();
    FloatBuffer typesInto = types.floats();
    int at = 0;
    for (int example : examples) {
      int[] own = texts.ids()[example];
      for (int i = 0; i < length; i++) {
        idsInto.put(row(i < own.length ? own[i] : shape.pad()));
        int type = i < own.length ? texts.type(example, i) : 0;
        typesInto.put(at * shape.types() + type, 1);
        at++;
      }
    }
    TensorList hidden =
        padded ? scope.list(List.of(hidden(scope, texts, examples, length))) : noTensors();
    return new Batch(scope, examples.length, length, ids, types, hidden);
  }

  private int row(int token) {
    int row = parameters().rows().row(token);
    if (row < 0) {
      throw new FederationException(
          ErrorKind.INTERNAL, "token " + token + " has no row (expected: one announced at start).");
    }
    return row;
  }

  private static Tensor hidden(TorchScope scope, TokenInputs texts, int[] examples, int length) {
    Tensor hidden = scope.floats(examples.length, length);
    FloatBuffer into = hidden.floats();
    for (int example : examples) {
      int own = texts.length(example);
      for (int i = 0; i < length; i++) {
        into.put(i < own ? 0 : HIDDEN);
      }
    }
    return hidden;
  }

  /** One run of memory: embeddings; per layer attention, attention output, output; pooled. */
  private TensorList masks(Batch batch, DropoutMasks masks) {
    if (!masks.active() || hiddenDropout + attentionDropout + classifierDropout == 0) {
      return noTensors();
    }
    int states = batch.rows * batch.length * shape.hidden();
    long squares = (long) batch.rows * shape.heads() * batch.length * batch.length;
    long pooled = (long) batch.rows * shape.hidden();
    IntBuffer memory = maskMemory(states + shape.layers() * (squares + 2L * states) + pooled);
    memory.clear();
    fill(memory, states, hiddenDropout, masks);
    for (int layer = 0; layer < shape.layers(); layer++) {
      fill(memory, squares, attentionDropout, masks);
      fill(memory, 2L * states, hiddenDropout, masks);
    }
    fill(memory, pooled, classifierDropout, masks);
    return maskList(batch.scope);
  }

  private static void fill(IntBuffer memory, long count, double rate, DropoutMasks masks) {
    memory.limit(Math.toIntExact(memory.position() + count));
    masks.fill(memory, memory.position(), rate);
    memory.limit(memory.capacity());
  }

  private long padRow() {
    return parameters().rows().row(shape.pad());
  }

  private long[] sizes(Batch batch, long... more) {
    long[] sizes =
        Arrays.copyOf(
            new long[] {batch.rows, batch.length, shape.heads(), shape.layers()}, 4 + more.length);
    System.arraycopy(more, 0, sizes, 4, more.length);
    return sizes;
  }
}
