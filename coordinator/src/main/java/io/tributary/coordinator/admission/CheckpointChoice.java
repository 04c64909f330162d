package io.tributary.coordinator.admission;

import io.tributary.coordinator.round.Best;
import io.tributary.coordinator.round.Checkpoint;
import io.tributary.coordinator.round.RoundRecord;
import io.tributary.coordinator.round.RunState;
import io.tributary.coordinator.round.World;
import io.tributary.federation.Digest;
import io.tributary.federation.ErrorKind;
import io.tributary.federation.FederationException;
import io.tributary.federation.RoundId;
import io.tributary.federation.RunId;

/**
 * A committed checkpoint that an operator named.
 *
 * @param of the run that made it
 * @param round that committed it
 */
public record CheckpointChoice(RunState of, int round) {
  private static final int LONGEST_ECHO = 200;

  /** The round as an id. */
  public RoundId id() {
    return new RoundId(of.run(), round);
  }

  public Checkpoint checkpoint() {
    return of.rounds().get(round).checkpoint();
  }

  /**
   * A checkpoint of one run.
   *
   * @param which {@code best}, {@code last} or a round's number
   */
  public static CheckpointChoice of(RunState run, String which) {
    int committed = run.rounds().size();
    if (committed == 0) {
      throw FederationException.of(
          ErrorKind.NOT_READY,
          "run " + run.run(),
          "no round is committed yet",
          "a committed round",
          "Wait for round 0.");
    }
    if (which.equals("last")) {
      return new CheckpointChoice(run, committed - 1);
    }
    if (which.equals("best")) {
      return new CheckpointChoice(run, run.best().map(Best::round).orElse(committed - 1));
    }
    if (which.matches("[0-9]{1,9}") && Integer.parseInt(which) < committed) {
      return new CheckpointChoice(run, Integer.parseInt(which));
    }
    throw FederationException.of(
        ErrorKind.NOT_FOUND,
        "checkpoint",
        quoted(which),
        "best, last or a round from 0 to " + (committed - 1),
        "See: tributary run show " + run.run() + ".");
  }

  /**
   * Finds what {@code RUN}, {@code RUN:best}, {@code RUN:last}, {@code RUN:ROUND} or {@code
   * sha256:…}, the digest of a checkpoint's manifest, names. Refused with NOT_FOUND where nothing
   * has that name.
   */
  public static CheckpointChoice find(String name, World world) {
    if (name.startsWith("sha256:")) {
      return digest(Digest.parse(name), world);
    }
    int colon = name.indexOf(':');
    String run = colon < 0 ? name : name.substring(0, colon);
    RunState state =
        world
            .find(new RunId(run))
            .orElseThrow(
                () ->
                    FederationException.of(
                        ErrorKind.NOT_FOUND,
                        "checkpoint " + quoted(name),
                        "run " + run + " is unknown",
                        "a run of this coordinator",
                        "See: tributary run list."));
    return of(state, colon < 0 ? "best" : name.substring(colon + 1));
  }

  private static CheckpointChoice digest(Digest manifest, World world) {
    for (RunState run : world.runs().values()) {
      for (RoundRecord round : run.rounds()) {
        if (round.checkpoint().manifest().digest().equals(manifest)) {
          return new CheckpointChoice(run, round.round());
        }
      }
    }
    throw FederationException.of(
        ErrorKind.NOT_FOUND,
        "checkpoint",
        manifest + " is unknown",
        "the manifest digest of a committed round's checkpoint",
        "See: tributary run show RUN --json.");
  }

  private static String quoted(String text) {
    String line = text.replaceAll("[\\p{Cc}\\u2028\\u2029]+", " ");
    return "\"" + line.substring(0, Math.min(line.length(), LONGEST_ECHO)) + "\"";
  }
}
