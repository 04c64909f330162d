package io.tributary.simulations.engine;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.NodeName;

/** One virtual node before it joins: its name and its data. */
public record VirtualSite(NodeName name, SiteData data) {
  public VirtualSite {
    requireNonNull(name, "name");
    requireNonNull(data, "data");
  }
}
