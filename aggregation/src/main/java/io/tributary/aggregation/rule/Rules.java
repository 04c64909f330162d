package io.tributary.aggregation.rule;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.federation.plan.PlanOptions;
import io.tributary.federation.plan.RuleName;
import io.tributary.federation.plan.RulePlan;
import io.tributary.federation.settings.NearestKey;
import io.tributary.federation.settings.Settings;
import java.util.ServiceLoader;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rules that plans can name. */
public final class Rules {
  private static final SortedMap<String, RuleProvider> BROUGHT =
      index(ServiceLoader.load(RuleProvider.class, Rules.class.getClassLoader()));

  private Rules() {}

  /** The rule of a plan; one that can't have what it needs is refused. */
  public static Rule of(Plan plan) {
    RulePlan named = plan.federation().rule();
    Rule rule =
        named.known().isPresent() ? known(named.known().get(), plan) : brought(named, BROUGHT);
    rule.check(plan);
    return rule;
  }

  private static Rule known(RuleName name, Plan plan) {
    PlanOptions options = plan.federation().rule().options();
    return switch (name) {
      case WEIGHTED_MEAN -> new WeightedMean();
      case UNIFORM_MEAN -> new UniformMean();
      case CAPPED_MEAN -> new CappedMean(options.number("share"));
      case MEDIAN -> new Median();
      case TRIMMED_MEAN -> new TrimmedMean(options.number("trim"));
      case KRUM -> Krum.one(options.whole("byzantine"));
      case MULTI_KRUM -> Krum.many(options.whole("byzantine"), options.optionalWhole("keep"));
      case BULYAN -> new Bulyan(options.whole("byzantine"));
      case GEOMETRIC_MEDIAN ->
          new GeometricMedian(options.whole("iterations"), options.number("smoothing"));
      case NORM_CLIPPING -> new NormClipping(options.optionalNumber("norm"));
      case CENTRED_CLIPPING ->
          new CentredClipping(options.optionalNumber("radius"), options.whole("iterations"));
      case FEDNOVA -> FedNova.of(plan);
      case FLTRUST -> new FlTrust();
    };
  }

  static Rule brought(RulePlan named, SortedMap<String, RuleProvider> providers) {
    RuleProvider provider = providers.get(named.name());
    if (provider == null) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG,
          "federation.rule.name",
          named.name(),
          "a rule on the coordinator's class path: "
              + (providers.isEmpty() ? "there is none" : String.join(", ", providers.keySet())),
          NearestKey.of(named.name(), providers.keySet())
              .map(near -> "Did you mean \"" + near + "\"?")
              .orElse("Put its jar beside the coordinator's."));
    }
    Settings options = Settings.of("federation.rule", named.options().toJson());
    Rule rule = provider.rule(options);
    options.finish();
    return rule;
  }

  static SortedMap<String, RuleProvider> index(Iterable<RuleProvider> providers) {
    SortedMap<String, RuleProvider> index = new TreeMap<>();
    for (RuleProvider provider : providers) {
      RuleProvider other = index.putIfAbsent(provider.name(), provider);
      if (other != null) {
        throw FederationException.of(
            ErrorKind.INVALID_CONFIG,
            "rules named \"" + provider.name() + "\"",
            other.getClass().getName() + " and " + provider.getClass().getName(),
            "one on the class path",
            "Remove the other jar.");
      }
    }
    return index;
  }
}
