package io.tributary.client.session;

/** Why a node does not take an assignment. */
public enum DeclineReason {
  /** Another assignment is being worked on, or the node is stopping. */
  BUSY,
  /** The site's policy does not allow it. */
  POLICY,
  /** The data at the site do not fit the plan. */
  DATA,
  /** Memory, disk or device do not suffice. */
  RESOURCES,
  /** The node can't do what the plan asks. */
  UNSUPPORTED
}
