package io.tributary.client.task;

import io.tributary.federation.FederationException;

/**
 * What of a failure the coordinator is told. Sentences about the site's data and files name rows,
 * values and paths: those stay in the site's log, and the coordinator learns the kind alone.
 */
final class ToldOutside {
  private ToldOutside() {}

  static String sentence(FederationException failure) {
    return switch (failure.kind()) {
      case INVALID_DATA ->
          "data at this site: can't be used for this plan (expected: labelled examples that fit"
              + " it). The site's log says which row and why.";
      case NOT_FOUND, IN_USE, FULL, CORRUPT, INTERNAL, WORKER_FAILED ->
          "work at this site: failed as "
              + failure.kind()
              + " (expected: an update). The site's log says why.";
      case INVALID_CONFIG,
          INVALID_ARGUMENT,
          NOT_ADMITTED,
          REFUSED,
          ALREADY_EXISTS,
          STALE,
          NOT_READY,
          WORKER_CRASHED,
          OUT_OF_MEMORY,
          UNREACHABLE,
          TIMED_OUT,
          CANCELLED ->
          failure.sentence();
    };
  }
}
