package io.tributary.federation.plan;

import io.tributary.federation.settings.Settings;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** How the adapters of a round's nodes become one. */
public enum LoraAggregation {
  /** A and B are averaged, each by itself: FedIT, Zhang et al., ICASSP 2024. Not exact. */
  FEDIT("fedit"),
  /** A stays as it was drawn, B is averaged: FFA-LoRA, Sun et al., ICLR 2024. Exact. */
  FFA("ffa"),
  /** Odd rounds train B alone, even rounds A alone: RoLoRA, Chen et al., 2024. Exact. */
  ROLORA("rolora"),
  /**
   * All products are stacked and put into the frozen weights, adapters begin anew: FLoRA, Wang et
   * al., NeurIPS 2024. Exact.
   */
  FLORA("flora"),
  /**
   * A and B are averaged, and what their product lacks is put into the frozen weights: FedEx-LoRA,
   * Singhal et al., ACL 2025. Exact.
   */
  FEDEX("fedex");

  private final String token;

  LoraAggregation(String token) {
    this.token = token;
  }

  /** The word used in plans and messages. */
  public String token() {
    return token;
  }

  /** Whether a round puts something into the weights that no node trains. */
  public boolean folds() {
    return this == FLORA || this == FEDEX;
  }

  /** The factor that nobody trains in a round. */
  public Optional<LoraFactor> still(int round) {
    return switch (this) {
      case FFA -> Optional.of(LoraFactor.A);
      case ROLORA -> Optional.of(round % 2 == 1 ? LoraFactor.A : LoraFactor.B);
      case FEDIT, FLORA, FEDEX -> Optional.empty();
    };
  }

  static LoraAggregation read(Settings settings, String key) {
    List<String> tokens = Arrays.stream(values()).map(LoraAggregation::token).toList();
    String word = settings.choice(key, FEDIT.token, tokens);
    return values()[tokens.indexOf(word)];
  }
}
