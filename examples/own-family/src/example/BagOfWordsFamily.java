package example;

import io.tributary.federation.json.JsonValue;
import io.tributary.federation.json.JsonValue.JsonObject;
import io.tributary.federation.plan.Task;
import io.tributary.federation.plan.TrainPlan;
import io.tributary.training.model.Architecture;
import io.tributary.training.model.ExportedConfig;
import io.tributary.training.model.Head;
import io.tributary.training.model.Inputs;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.LiveParameters;
import io.tributary.training.model.ModelConfig;
import io.tributary.training.model.ModelFamily;
import io.tributary.training.model.PaddedTexts;
import io.tributary.training.model.SegmentedModel;
import io.tributary.training.model.Slot;
import io.tributary.training.torch.Script;
import io.tributary.training.torch.Tensor;
import io.tributary.training.torch.TorchScope;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The mean of a text's token vectors, one hidden layer, and a linear head. */
public final class BagOfWordsFamily implements ModelFamily {
  @Override
  public Set<String> types() {
    return Set.of("bag-of-words");
  }

  @Override
  public List<Task> tasks() {
    return List.of(Task.TEXT_CLASSIFICATION);
  }

  @Override
  public Architecture architecture(ModelConfig config, Head head) {
    return new BagOfWords(head, config.size("vocab_size"), config.size("width"));
  }

  private record BagOfWords(Head head, int vocabulary, int width)
      implements Architecture, SegmentedModel.Form {
    @Override
    public String family() {
      return "bag-of-words";
    }

    @Override
    public int layers() {
      return 1;
    }

    @Override
    public int longestText() {
      return 1000;
    }

    @Override
    public Optional<String> tokenTable() {
      return Optional.of("words.weight");
    }

    @Override
    public List<Slot> slots() {
      return List.of(
          Slot.weight("words.weight", -1, vocabulary, width),
          Slot.weight("hidden.weight", 0, width, width),
          Slot.plain("hidden.bias", 0, width),
          Slot.headWeight("out.weight", 1, head.outputs(), width),
          Slot.headBias("out.bias", 1, head.outputs()));
    }

    @Override
    public Set<String> outputParameters() {
      return Set.of("out.weight", "out.bias");
    }

    @Override
    public Script script() {
      return Script.differentiated(BagOfWordsFamily.class, "bag_of_words.py");
    }

    @Override
    public LiveModel live(TorchScope scope, LiveParameters parameters, TrainPlan plan) {
      return new SegmentedModel(this, scope, parameters, this);
    }

    @Override
    public SegmentedModel.Batch batch(
        TorchScope scope, LiveParameters parameters, Inputs inputs, int[] examples) {
      var texts = PaddedTexts.texts(inputs, this);
      var padded = PaddedTexts.of(scope, parameters, texts, examples, pad());
      Tensor shares = scope.floats(padded.rows(), 1, padded.length());
      FloatBuffer into = shares.floats();
      for (int example : examples) {
        int own = texts.length(example);
        for (int i = 0; i < padded.length(); i++) {
          into.put(i < own ? 1f / own : 0);
        }
      }
      long[] sizes = {padded.rows(), padded.length()};
      var dropout = List.of(new LiveModel.Dropout((long) padded.rows() * width, 0.1));
      return new SegmentedModel.Batch(List.of(padded.ids(), shares), sizes, 1, List.of(), dropout);
    }

    @Override
    public double[] numbers() {
      return new double[0];
    }

    @Override
    public Map<String, JsonValue> exportedConfig(JsonObject base) {
      return ExportedConfig.of(base, head, "BagOfWords");
    }
  }
}
