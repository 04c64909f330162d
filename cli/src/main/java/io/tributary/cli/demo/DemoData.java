package io.tributary.cli.demo;

import io.tributary.cli.bundled.Bundled;
import io.tributary.cli.bundled.GlossFiles;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.seed.RandomStreams;
import io.tributary.training.data.DirichletSplit;
import io.tributary.training.data.wordnet.Gloss;
import io.tributary.training.data.wordnet.WordNetGlosses;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * The labelled texts of a demonstration: each site's own, with labels skewed by Dirichlet(0.5), and
 * the coordinator's held-out parts, whose texts no site has. All drawn from the seed.
 */
public record DemoData(List<Gloss> selection, List<Gloss> test, Map<String, List<Gloss>> sites) {
  private static final double SKEW = 0.5;

  /** Reads the glosses and draws the parts. */
  public static DemoData draw(DemoSettings settings) {
    WordNetGlosses glosses = WordNetGlosses.read(Bundled.glossesJar());
    RandomStreams streams = new RandomStreams(settings.seed());
    List<Gloss> heldOut = glosses.test().subList(0, settings.selection() + settings.test());
    List<Gloss> rows = rows(glosses.train(), heldOut, settings, stream(streams, "demo-rows"));
    int[] labels = rows.stream().mapToInt(Gloss::label).toArray();
    int[] site =
        DirichletSplit.assign(
            labels,
            WordNetGlosses.LABELS.size(),
            settings.nodes(),
            SKEW,
            rows.size() / (settings.nodes() * 2),
            stream(streams, "demo-sites"));
    Map<String, List<Gloss>> sites = new TreeMap<>();
    for (int i = 0; i < rows.size(); i++) {
      String name = settings.sites().get(site[i]);
      sites.computeIfAbsent(name, n -> new ArrayList<>()).add(rows.get(i));
    }
    return new DemoData(
        heldOut.subList(0, settings.selection()),
        heldOut.subList(settings.selection(), heldOut.size()),
        sites);
  }

  private static List<Gloss> rows(
      List<Gloss> train, List<Gloss> heldOut, DemoSettings settings, RandomGenerator random) {
    Set<String> known = new HashSet<>();
    heldOut.forEach(gloss -> known.add(gloss.text()));
    List<Gloss> free = new ArrayList<>();
    for (Gloss gloss : train) {
      if (!known.contains(gloss.text())) {
        free.add(gloss);
      }
    }
    int wanted = settings.nodes() * settings.rowsPerSite();
    if (wanted > free.size()) {
      throw FederationException.of(
          ErrorKind.INVALID_CONFIG, "examples", wanted, "at most " + free.size(), "Use fewer.");
    }
    // Fisher and Yates, as far as rows are needed
    for (int i = 0; i < wanted; i++) {
      int other = i + random.nextInt(free.size() - i);
      Gloss swapped = free.get(i);
      free.set(i, free.get(other));
      free.set(other, swapped);
    }
    return List.copyOf(free.subList(0, wanted));
  }

  private static RandomGenerator stream(RandomStreams streams, String purpose) {
    return streams.stream(0, RandomStreams.COORDINATOR, purpose);
  }

  /** Writes labels, held-out parts and one file a site. */
  public void write(DemoLayout layout) {
    GlossFiles.writeLabels(layout.labels());
    GlossFiles.write(layout.selection(), selection);
    GlossFiles.write(layout.test(), test);
    sites.forEach((site, rows) -> GlossFiles.write(layout.siteData(site), rows));
  }
}
