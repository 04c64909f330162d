package io.tributary.client.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.tributary.federation.FederationException;
import io.tributary.federation.RunId;
import io.tributary.federation.json.JsonReader;
import io.tributary.federation.json.JsonValue;
import io.tributary.training.message.JsonFields;
import io.tributary.transport.artifact.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps per round of each run this node works for, in {@code runs/RUN.json}: fixed by the first
 * round trained, so that a learning-rate schedule over the whole run does not shift when the site's
 * data grow. The files of the newest runs are kept.
 */
final class RunSteps {
  private static final Logger LOG = LoggerFactory.getLogger(RunSteps.class);
  static final int KEPT = 64;

  private final Path folder;
  private final DurableFiles files;

  RunSteps(Path folder, DurableFiles files) {
    this.folder = folder;
    this.files = files;
  }

  /** 0 where none are known yet; a file that can't be read is as none. */
  long of(RunId run) {
    Path file = file(run);
    if (!Files.isRegularFile(file)) {
      return 0;
    }
    try {
      var fields = JsonFields.of("run", JsonReader.read(Files.readString(file)));
      return Math.max(0, fields.integer("steps-per-round"));
    } catch (IOException | FederationException e) {
      LOG.warn("{}: can't be used; the schedule goes on with today's data", file, e);
      return 0;
    }
  }

  void keep(RunId run, long steps) {
    JsonValue json = JsonValue.object().put("format", 1).put("steps-per-round", steps).build();
    files.write(file(run), json.canonical().getBytes(UTF_8));
    removeOld();
  }

  private void removeOld() {
    try (Stream<Path> all = Files.list(folder)) {
      all.filter(Files::isRegularFile)
          .map(path -> Map.entry(time(path), path))
          .sorted(Map.Entry.<FileTime, Path>comparingByKey(Comparator.reverseOrder()))
          .skip(KEPT)
          .forEach(old -> files.delete(old.getValue()));
    } catch (IOException | UncheckedIOException | FederationException e) {
      LOG.warn("{}: files of old runs stay", folder, e);
    }
  }

  private static FileTime time(Path path) {
    try {
      return Files.getLastModifiedTime(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(RunId run) {
    return folder.resolve(run.value() + ".json");
  }
}
