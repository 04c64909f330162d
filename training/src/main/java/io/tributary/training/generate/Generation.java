package io.tributary.training.generate;

import io.tributary.federation.DeviceChoice;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.model.BaseModel;
import io.tributary.training.model.KeyValueCache;
import io.tributary.training.model.LiveModel;
import io.tributary.training.model.ModelValues;
import io.tributary.training.model.Prompts;
import io.tributary.training.torch.Devices;
import io.tributary.training.torch.TorchRuntime;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Continues prompts one by one, so that a text does not depend on those beside it: the same model,
 * prompt, position and settings give the same text.
 */
public final class Generation {
  private final LiveModel model;
  private final Prompts prompts;
  private final GenerationSettings settings;
  private final int longest;

  /**
   * A generation by a live model.
   *
   * @param longest tokens that a text may have
   */
  public Generation(LiveModel model, Prompts prompts, GenerationSettings settings, int longest) {
    this.model = model;
    this.prompts = prompts;
    this.settings = settings;
    this.longest = longest;
  }

  /**
   * Carries out an order on the calling thread.
   *
   * @param cancelled asked before every token; when true the order ends with CANCELLED
   */
  public static List<Generated> run(GenerateOrder order, BooleanSupplier cancelled) {
    DeviceChoice device = Devices.choose(order.device());
    BaseModel base = BaseModel.open(order.base());
    TorchRuntime runtime = TorchRuntime.start(order.plan().train().threads(), device);
    try (Prompts prompts = Prompts.open(base);
        ModelValues values = ModelValues.open(base, order.plan(), order.trained());
        LiveModel model =
            LiveModel.open(runtime, order.plan().train(), values, values.allRows(), false)) {
      return new Generation(model, prompts, order.settings(), base.longestText())
          .all(order.prompts(), cancelled);
    } catch (IOException e) {
      throw new UncheckedIOException("generating with " + base.folder(), e);
    }
  }

  private List<Generated> all(List<Prompt> all, BooleanSupplier cancelled) {
    List<int[]> beginnings = new ArrayList<>();
    for (Prompt prompt : all) {
      beginnings.add(beginning(prompt, beginnings.size() + 1));
    }
    List<Generated> generated = new ArrayList<>();
    for (int[] beginning : beginnings) {
      int[] added = added(beginning, generated.size(), cancelled);
      boolean ended = added.length > 0 && prompts.ends().contains(added[added.length - 1]);
      int[] words = ended ? Arrays.copyOf(added, added.length - 1) : added;
      generated.add(new Generated(prompts.text(words), beginning.length, added.length, ended));
    }
    return generated;
  }

  private int[] beginning(Prompt prompt, int number) {
    int[] ids =
        prompt instanceof Prompt.Beginning text
            ? prompts.beginning(text.text())
            : prompts.question(((Prompt.Dialogue) prompt).turns());
    if (ids.length == 0 || ids.length >= longest) {
      throw FederationException.of(
          ErrorKind.INVALID_DATA,
          "prompt " + number,
          ids.length + " tokens",
          "from 1 to " + (longest - 1) + ", so that one more fits the model",
          ids.length == 0 ? "Write something." : "Shorten it.");
    }
    return ids;
  }

  /**
   * The tokens that follow a beginning, the one that ends the text included.
   *
   * @param position of the prompt, which chooses its random stream
   */
  public int[] added(int[] beginning, int position, BooleanSupplier cancelled) {
    var random = new RandomStreams(settings.seed()).stream(position, "", "generate");
    var sampler = new TokenSampler(settings, random);
    sampler.saw(beginning);
    int most = Math.min(settings.newTokens(), longest - beginning.length);
    int[] added = new int[most];
    try (KeyValueCache cache = model.cache(beginning.length + most)) {
      int[] tokens = beginning;
      for (int i = 0; i < most; i++) {
        if (cancelled.getAsBoolean()) {
          throw new FederationException(
              ErrorKind.CANCELLED, "generation: cancelled after " + i + " tokens.");
        }
        added[i] = sampler.choose(model.next(cache, tokens));
        sampler.saw(added[i]);
        tokens = new int[] {added[i]};
        if (prompts.ends().contains(added[i])) {
          return Arrays.copyOf(added, i + 1);
        }
      }
    }
    return added;
  }
}
