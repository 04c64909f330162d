package io.tributary.coordinator.round;

import static java.util.Objects.requireNonNull;

import io.tributary.federation.plan.Metric;
import java.util.List;
import java.util.Optional;

/**
 * How a candidate did at the sites.
 *
 * @param sites all that were asked, by name; one that was asked several times as it ended last
 * @param together of the examples of all sites whose loss is a number; empty where there are none
 */
public record SitesRecord(List<SiteFigures> sites, Optional<Figures> together) {
  public SitesRecord {
    sites = List.copyOf(sites);
    requireNonNull(together, "together");
  }

  /** Sites that told their sums. */
  public int reported() {
    return (int) sites.stream().filter(site -> site.examples() > 0).count();
  }

  /**
   * The site where the candidate does worst by a metric; the first of equals by name. One that told
   * sums without a figure is worse than any that has one. Empty where none has told.
   */
  public Optional<SiteFigures> worst(Metric metric) {
    return sites.stream()
        .filter(site -> site.examples() > 0)
        .reduce((worst, site) -> metric.better(worst.of(metric), site.of(metric)) ? site : worst);
  }
}
