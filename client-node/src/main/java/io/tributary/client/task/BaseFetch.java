package io.tributary.client.task;

import static java.util.Objects.requireNonNull;

import io.tributary.aggregation.codec.Coding;
import io.tributary.client.cache.ArtifactCache;
import io.tributary.client.session.DeclineReason;
import io.tributary.client.session.Offer;
import io.tributary.federation.DataSize;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.manifest.Manifest;
import io.tributary.federation.manifest.ManifestEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Brings what an assignment starts from into the cache: base model once, checkpoint each round. */
final class BaseFetch {
  private static final long LARGEST_MANIFEST = 64L << 20;

  /** Room that is left free on the disk whatever is fetched. */
  private static final long RESERVE_BYTES = 100_000_000L;

  private final TaskParts parts;
  private final Bulk bulk;
  private final TaskListener listener;

  BaseFetch(TaskParts parts, Bulk bulk, TaskListener listener) {
    this.parts = requireNonNull(parts, "parts");
    this.bulk = requireNonNull(bulk, "bulk");
    this.listener = requireNonNull(listener, "listener");
  }

  /**
   * Why the model can't be taken: what policy says of it, its size against the disk. Fetches the
   * manifest alone.
   */
  Optional<Examination.Refusal> refusal(Offer offer, ArtifactCache.Use use) {
    Manifest manifest = manifest(offer, use);
    Optional<String> forbidden = parts.policy().refusalOfModel(manifest);
    if (forbidden.isPresent()) {
      return Optional.of(new Examination.Refusal(DeclineReason.POLICY, forbidden.get()));
    }
    long update = offer.groups().stream().mapToLong(Offer.GroupNeeded::size).sum();
    long model = use.folder(manifest).isPresent() ? 0 : manifest.totalBytes();
    long beside =
        Stream.concat(offer.statistics().stream(), offer.control().stream())
            .mapToLong(Offer.FileNeeded::size)
            .sum();
    long needed = model + offer.trained().size() + beside + update + plain(offer) + RESERVE_BYTES;
    long free = parts.freeBytes().getAsLong();
    return needed <= free
        ? Optional.empty()
        : Optional.of(
            new Examination.Refusal(
                DeclineReason.RESOURCES,
                "disk of the node's state folder: "
                    + new DataSize(free)
                    + " free (expected: "
                    + new DataSize(needed)
                    + "). Free space, or move the state folder."));
  }

  /** Bytes of the deltas before they are compressed: they lie on the disk until then. */
  private static long plain(Offer offer) {
    boolean compressed =
        offer.groups().stream().anyMatch(group -> !group.codec().equals(Coding.AS_THEY_ARE));
    return compressed ? offer.trained().size() : 0;
  }

  Path base(Offer offer, ArtifactCache.Use use) {
    Manifest manifest = manifest(offer, use);
    Optional<Path> known = use.folder(manifest);
    if (known.isPresent()) {
      return known.get();
    }
    long total = manifest.totalBytes();
    long before = 0;
    for (ManifestEntry entry : manifest.entries()) {
      use.hold(entry.digest());
      bulk.fetch(entry.digest(), entry.size(), progress(offer, before, total));
      before += entry.size();
    }
    return use.assemble(manifest);
  }

  Path trained(Offer offer, ArtifactCache.Use use) {
    return fetch(offer, offer.trained(), use);
  }

  Optional<Path> statistics(Offer offer, ArtifactCache.Use use) {
    return offer.statistics().map(file -> fetch(offer, file, use));
  }

  Optional<Path> control(Offer offer, ArtifactCache.Use use) {
    return offer.control().map(file -> fetch(offer, file, use));
  }

  private Path fetch(Offer offer, Offer.FileNeeded file, ArtifactCache.Use use) {
    use.hold(file.digest());
    return bulk.fetch(file.digest(), file.size(), progress(offer, 0, file.size()));
  }

  private Manifest manifest(Offer offer, ArtifactCache.Use use) {
    if (offer.base().size() > LARGEST_MANIFEST) {
      throw FederationException.of(
          ErrorKind.CORRUPT,
          "manifest of the base model",
          offer.base().size() + " bytes",
          "at most " + LARGEST_MANIFEST,
          "Start the run again.");
    }
    use.hold(offer.base().digest());
    Path file = bulk.fetch(offer.base().digest(), offer.base().size(), Bulk.BytesMoved.NONE);
    try {
      Manifest manifest = Manifest.parse(Files.readString(file));
      if (!manifest.kind().equals(Manifest.FOLDER)
          || !manifest.digest().equals(offer.base().digest())) {
        throw FederationException.of(
            ErrorKind.CORRUPT,
            "manifest of the base model",
            manifest.kind() + " " + manifest.digest().abbreviated(),
            "the canonical manifest of a folder",
            "Start the run again.");
      }
      return manifest;
    } catch (IOException e) {
      throw new FederationException(
          ErrorKind.CORRUPT,
          "manifest of the base model: can't be read from the cache (expected: UTF-8 text)."
              + " Delete the node's cache folder.",
          e);
    }
  }

  private Bulk.BytesMoved progress(Offer offer, long before, long total) {
    long start = parts.nanos().getAsLong();
    return (done, size) -> {
      double seconds = (parts.nanos().getAsLong() - start) / 1e9;
      listener.progressed(
          new TaskProgress(
              offer.id(),
              TaskProgress.Step.FETCHING,
              before + done,
              total,
              seconds > 0 ? done / seconds : 0,
              Double.NaN));
    };
  }
}
