package io.tributary.training.worker;

import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.plan.Plan;

/** What both kinds of worker refuse alike. */
final class Orders {
  private Orders() {}

  static void requireThreads(Plan plan, WorkerOptions options) {
    if (plan.train().threads() > options.mostThreads()) {
      throw FederationException.of(
          ErrorKind.REFUSED,
          "train.threads of the plan",
          plan.train().threads(),
          "at most " + options.mostThreads() + ", the limit here",
          "Lower it in the plan, or raise limits.threads at the node.");
    }
  }

  static FederationException closed() {
    return FederationException.of(
        ErrorKind.NOT_READY, "worker", "closed", "an open one", "Open a worker.");
  }

  static FederationException busy() {
    return FederationException.of(
        ErrorKind.IN_USE, "worker", "busy with another order", "a free one", "Wait or cancel it.");
  }

  static FederationException cancelled() {
    return FederationException.of(
        ErrorKind.CANCELLED, "order", "cancelled", "an outcome", "Give it again if it is wanted.");
  }
}
