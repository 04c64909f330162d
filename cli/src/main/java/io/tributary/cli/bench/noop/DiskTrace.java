package io.tributary.cli.bench.noop;

import io.tributary.coordinator.journal.Journal;
import io.tributary.coordinator.round.Staged;
import io.tributary.federation.RunId;
import io.tributary.transport.artifact.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Notes how long a process waits for its disk; kept in memory and written when it ends. */
final class DiskTrace {
  private final Queue<Span> spans = new ConcurrentLinkedQueue<>();

  /** Something that may fail as files do. */
  @FunctionalInterface
  private interface Waiting {
    void run() throws IOException;
  }

  private void timed(String what, String where, Waiting waiting) throws IOException {
    long start = nowMicros();
    long nanos = System.nanoTime();
    waiting.run();
    spans.add(new Span(what, start, (System.nanoTime() - nanos) / 1_000, where));
  }

  private static long nowMicros() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  void write(Path file) {
    try {
      Files.write(file, spans.stream().map(Span::line).toList(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  Disk disk() {
    return new TracedDisk(Disk.system());
  }

  Journal journal(Journal real) {
    return new TracedJournal(real);
  }

  private final class TracedDisk implements Disk {
    private final Disk real;

    TracedDisk(Disk real) {
      this.real = real;
    }

    @Override
    public FileChannel open(Path file, OpenOption... options) throws IOException {
      return real.open(file, options);
    }

    @Override
    public void createFolder(Path folder) throws IOException {
      real.createFolder(folder);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
      real.move(from, to);
    }

    @Override
    public void link(Path link, Path existing) throws IOException {
      real.link(link, existing);
    }

    @Override
    public void delete(Path path) throws IOException {
      real.delete(path);
    }

    @Override
    public void force(Path file) throws IOException {
      timed("force", file.toString(), () -> real.force(file));
    }

    @Override
    public void forceAll(List<Path> files) throws IOException {
      if (!files.isEmpty()) {
        timed("forces:" + files.size(), files.get(0).toString(), () -> real.forceAll(files));
      }
    }

    @Override
    public void forceFolders(List<Path> folders) throws IOException {
      if (!folders.isEmpty()) {
        String where = folders.get(0).toString();
        timed("folders:" + folders.size(), where, () -> real.forceFolders(folders));
      }
    }

    @Override
    public void forceFolder(Path folder) throws IOException {
      timed("folder", folder.toString(), () -> real.forceFolder(folder));
    }
  }

  private final class TracedJournal implements Journal {
    private final Journal real;

    TracedJournal(Journal real) {
      this.real = real;
    }

    @Override
    public long epoch() {
      return real.epoch();
    }

    @Override
    public List<Staged> history() {
      return real.history();
    }

    @Override
    public List<Staged> rows(RunId run, long from, long to) {
      return real.rows(run, from, to);
    }

    @Override
    public void append(List<Staged> transitions) {
      String kinds =
          String.join(",", transitions.stream().map(s -> s.transition().kind()).toList());
      try {
        timed("journal", kinds, () -> real.append(transitions));
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      real.close();
    }
  }
}
