package io.tributary.transport.testing;

import io.tributary.transport.artifact.Disk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.SplittableRandom;
import java.util.function.Predicate;

/**
 * A disk whose power fails at a given instant. Until then it works on real files and remembers what
 * was forced. Then nothing works any more, and {@link #restore} puts the folder into a state that
 * the loss may have left: each name and each byte that was not forced is there or not, by the seed,
 * as it was before or as it became, in whole or in part.
 *
 * <p>An instant is an operation on the disk, or a place that a test reports with {@link #instant}.
 */
public final class LossyDisk implements Disk {
  private final Disk real = Disk.system();
  private final RememberedFolder folder;
  private final SplittableRandom random;
  private final Runnable loss;
  private long left;
  private long passed;
  private boolean lost;

  /**
   * @param root folder that holds everything; what lies in it now is durable
   * @param others files that look after themselves, such as a database; left as they are
   * @param instants passed before the power fails; {@code Long.MAX_VALUE} for never
   * @param loss run at the instant itself, when nothing else can change the disk
   */
  public LossyDisk(Path root, Predicate<Path> others, long seed, long instants, Runnable loss)
      throws IOException {
    this.folder = RememberedFolder.scan(root, others);
    this.random = new SplittableRandom(seed);
    this.left = instants;
    this.loss = loss;
  }

  /** Instants passed so far. */
  public synchronized long passed() {
    return passed;
  }

  /** Whether the power has failed. */
  public synchronized boolean lost() {
    return lost;
  }

  /** Counts a moment that is none of the disk's; the power may fail here too. */
  public synchronized void instant() {
    if (!lost) {
      count();
    }
  }

  private void count() {
    passed++;
    if (--left == 0) {
      lose();
    }
  }

  /** The power fails now, if it has not. */
  public synchronized void lose() {
    if (!lost) {
      lost = true;
      loss.run();
    }
  }

  /** Leaves in the folder what the loss left, once nobody uses it any more. */
  public synchronized void restore() throws IOException {
    folder.settle(random);
  }

  private void step() throws IOException {
    if (!lost) {
      count();
    }
    if (lost) {
      throw new IOException("the power is off");
    }
  }

  @Override
  public synchronized FileChannel open(Path file, OpenOption... options) throws IOException {
    step();
    FileChannel channel = real.open(file, options);
    folder.opened(file);
    return new WatchedChannel(channel, size -> beforeWrite());
  }

  private synchronized void beforeWrite() throws IOException {
    step();
  }

  @Override
  public synchronized void createFolder(Path path) throws IOException {
    step();
    real.createFolder(path);
  }

  @Override
  public synchronized void move(Path from, Path to) throws IOException {
    step();
    folder.moved(from, to, () -> real.move(from, to));
  }

  @Override
  public synchronized void link(Path link, Path existing) throws IOException {
    step();
    real.link(link, existing);
    folder.linked(link, existing);
  }

  @Override
  public synchronized void delete(Path path) throws IOException {
    step();
    real.delete(path);
    folder.removed(path);
  }

  @Override
  public synchronized void force(Path file) throws IOException {
    step();
    real.force(file);
    folder.forced(file);
  }

  @Override
  public synchronized void forceFolder(Path path) throws IOException {
    step();
    folder.forcedFolder(path);
  }
}
