package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.codec.Coding;
import io.tributary.client.policy.SitePolicy;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.federation.Digest;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;
import io.tributary.training.data.DatasetCard;
import io.tributary.training.data.TaskFit;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether this node takes an offer: abilities first, then policy, then data, then
 * resources. Loads nothing but the data's card.
 */
final class Examination {
  private static final Logger LOG = LoggerFactory.getLogger(Examination.class);

  /** Groups that this version makes. */
  private static final Set<String> GROUPS = Set.of("delta", "statistic", "control");

  private final SitePolicy policy;
  private final NodeData data;
  private final int threads;

  Examination(SitePolicy policy, NodeData data, int threads) {
    this.policy = requireNonNull(policy, "policy");
    this.data = requireNonNull(data, "data");
    this.threads = threads;
  }

  /** A refusal: reason and sentence. */
  record Refusal(DeclineReason reason, String sentence) {}

  /** Either the plan, or why not. */
  record Outcome(Optional<Plan> plan, Optional<Refusal> refusal) {
    static Outcome no(DeclineReason reason, String sentence) {
      return new Outcome(Optional.empty(), Optional.of(new Refusal(reason, sentence)));
    }
  }

  Outcome of(Offer offer) {
    if (offer.work() != Offer.Work.TRAIN) {
      return Outcome.no(
          DeclineReason.UNSUPPORTED,
          "assignment: " + offer.work() + " (expected: TRAIN). Use a newer node for other work.");
    }
    if (!Digest.ofUtf8(offer.plan()).equals(offer.planDigest())) {
      return Outcome.no(
          DeclineReason.UNSUPPORTED,
          "plan: its text does not have the digest "
              + offer.planDigest().abbreviated()
              + " (expected: the SHA-256 of the text). Start the run again.");
    }
    try {
      return plan(Plan.parse(offer.plan()), offer);
    } catch (FederationException e) {
      return Outcome.no(DeclineReason.UNSUPPORTED, e.sentence());
    }
  }

  private Outcome plan(Plan plan, Offer offer) {
    Optional<Refusal> refusal =
        unsupportedCodec(plan, offer)
            .or(() -> forbidden(plan, offer))
            .or(() -> unfit(plan))
            .or(() -> tooMuch(plan));
    return refusal.isPresent()
        ? new Outcome(Optional.empty(), refusal)
        : new Outcome(Optional.of(plan), Optional.empty());
  }

  private static Optional<Refusal> unsupportedCodec(Plan plan, Offer offer) {
    for (Offer.GroupNeeded group : offer.groups()) {
      String codec = Coding.codecOf(plan, group.name());
      if (!group.codec().equals(codec) || !GROUPS.contains(group.name())) {
        String found = "group " + group.name() + " as " + group.codec();
        return Optional.of(
            new Refusal(
                DeclineReason.UNSUPPORTED,
                "update: "
                    + found
                    + " (expected: delta, statistic or control, this one as "
                    + codec
                    + "). Use a newer node."));
      }
    }
    return Optional.empty();
  }

  private Optional<Refusal> forbidden(Plan plan, Offer offer) {
    long update = offer.groups().stream().mapToLong(Offer.GroupNeeded::size).sum();
    return policy
        .refusal(plan, offer.base().digest())
        .or(() -> policy.refusalOfUpdate(update))
        .map(sentence -> new Refusal(DeclineReason.POLICY, sentence));
  }

  private Optional<Refusal> unfit(Plan plan) {
    Optional<String> other = TaskFit.misfit(data.spec().train(), plan.model());
    if (other.isPresent()) {
      return Optional.of(
          new Refusal(
              DeclineReason.DATA,
              "data.train: "
                  + other.get()
                  + " (expected: what "
                  + plan.model().task().token()
                  + " needs). Leave this node out of the run's cohort."));
    }
    try {
      DatasetCard card = data.card(plan.model().labels());
      if (card.train() < 1) {
        return Optional.of(
            new Refusal(
                DeclineReason.DATA,
                "data.train: no examples (expected: 1 or more). Look at the site's data."));
      }
      if (plan.train().loop().earlyStop().isPresent() && card.validation() < 1) {
        return Optional.of(
            new Refusal(
                DeclineReason.DATA,
                "data.validation: no examples (expected: some, since the plan has"
                    + " train.early-stop). Declare a validation part at the site."));
      }
      return policy
          .refusalOfExamples(card.train())
          .or(() -> policy.refusalOfPasses(plan, card.train()))
          .map(sentence -> new Refusal(DeclineReason.POLICY, sentence));
    } catch (FederationException e) {
      LOG.warn("the data do not fit the plan: {}", e.sentence());
      return Optional.of(new Refusal(DeclineReason.DATA, ToldOutside.sentence(e)));
    }
  }

  private Optional<Refusal> tooMuch(Plan plan) {
    return plan.train().threads() > threads
        ? Optional.of(
            new Refusal(
                DeclineReason.RESOURCES,
                "train.threads: "
                    + plan.train().threads()
                    + " (expected: at most "
                    + threads
                    + ", the node's limits.threads). Lower the plan's threads."))
        : Optional.empty();
  }
}
