package io.tributary.aggregation.rule.brought;

import io.tributary.aggregation.rule.Rule;
import io.tributary.aggregation.rule.RuleProvider;
import io.tributary.federation.settings.Settings;

/** Brings {@code test.mid-range}. */
public final class MidRangeProvider implements RuleProvider {
  static final String NAME = "test.mid-range";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Rule rule(Settings options) {
    return new MidRange(options.number("share", 0.5, 0, 1));
  }
}
